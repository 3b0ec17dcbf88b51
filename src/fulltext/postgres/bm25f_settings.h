#pragma once

#include <string>
#include <string_view>

#include "fulltext/bm25f_options.h"

namespace anireco {

/// The settings as they stand beside a content: numbers separated by spaces, in the order of the
/// struct, exact.
std::string to_settings(const Bm25fOptions& options);

/// Throws Error{corrupt} for anything but what to_settings() writes.
Bm25fOptions parse_settings(std::string_view text);

}  // namespace anireco
