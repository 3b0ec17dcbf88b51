#pragma once

#include <cstddef>
#include <string_view>

namespace anireco {

/// Damerau-Levenshtein distance with adjacent swaps (optimal string alignment: no piece is edited
/// twice) between two UTF-8 texts, in code points. Returns max_distance + 1 as soon as the distance
/// is known to be larger. Time O(length × max_distance), both texts are folded by the caller.
/// Thread-safe. Source: Boytsov, Indexing methods for approximate dictionary searching, 2011, § 2.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t max_distance);

/// The same over code points already decoded, for scanning a vocabulary.
std::size_t edit_distance(std::u32string_view a, std::u32string_view b, std::size_t max_distance);

}  // namespace anireco
