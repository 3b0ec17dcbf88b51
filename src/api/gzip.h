#pragma once

#include <string>
#include <string_view>

namespace anireco {

/// The text as a gzip file (RFC 1952). level: 1 (fast) to 9 (small). Throws Error{internal}.
std::string gzip(std::string_view text, int level);

/// True if an Accept-Encoding header allows gzip. Source: RFC 9110, section 12.5.3.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace anireco
