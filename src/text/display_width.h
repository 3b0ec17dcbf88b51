#pragma once

#include <cstddef>
#include <string_view>

namespace anireco {

/// Columns that a UTF-8 text takes in a terminal: wide East Asian characters and emoji two,
/// combining marks and controls none. Source: Unicode Standard Annex 11 (East Asian Width).
std::size_t display_width(std::string_view text);

}  // namespace anireco
