#pragma once

#include "api/host_policy.h"
#include "api/http_server.h"
#include "settings.h"

namespace anireco::app {

/// Under which host names a server of these settings answers.
HostPolicy host_policy(const Settings& settings);

/// Where it listens, its workers and its limits.
HttpServerOptions server_options(const Settings& settings);

}  // namespace anireco::app
