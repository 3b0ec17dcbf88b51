#pragma once

#include <string>
#include <string_view>

namespace anireco {

/// A phrase's words without Russian case endings, parted by single spaces, so that the forms of one
/// title meet: "Тетрадь смерти" and "Тетради смерти", "Ковбой" and "Ковбоя", "клинок" and
/// "клинка", "имя" and "именем". Words of other scripts are folded only. Coarser than a stemmer on
/// purpose: it compares whole names against whole names, never words with words of other meaning.
/// Thread-safe.
std::string without_case_endings(std::string_view phrase);

/// The same for one folded word.
std::string without_case_ending(std::string_view folded_word);

}  // namespace anireco
