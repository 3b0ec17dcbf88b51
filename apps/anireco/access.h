#pragma once

#include "api/access_control.h"
#include "settings.h"

namespace anireco::app {

/// Keys, limits and trusted proxies as the settings want them. Throws Error{invalid_argument} when
/// the file of keys cannot be read, has a bad line, or has no key although one is required.
AccessOptions access_options(const Settings& settings);

}  // namespace anireco::app
