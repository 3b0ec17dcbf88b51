#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// A name (genre, tag, studio, title) in the form in which this module compares names: lower case
/// of ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic letters, ё as е, white space trimmed and
/// collapsed. Nothing else changes; wrong UTF-8 is kept. Search has finer folding (text/unicode.h);
/// this one keeps the catalogue free of ICU. Thread-safe.
std::string fold_name(std::string_view name);

/// The words of a title, folded, for comparing the names of series: split at white space and
/// punctuation of any script, and each white-space-separated piece also with its punctuation left
/// out ("Yu☆Gi☆Oh!" gives "yugioh"). Words of fewer than three letters and numbers are left out.
/// Sorted, distinct.
std::vector<std::string> name_words(std::string_view title);

/// True if a letter of the text is Cyrillic and none is Latin.
bool is_cyrillic_name(std::string_view text);

}  // namespace anireco
