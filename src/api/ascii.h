#pragma once

#include <string>
#include <string_view>

namespace anireco {

/// The text with A to Z in small letters; other bytes stay. For names of headers and hosts.
std::string ascii_lower(std::string_view text);

/// The text without the blanks and tabs around it: a view of the same bytes.
std::string_view ascii_trimmed(std::string_view text);

}  // namespace anireco
