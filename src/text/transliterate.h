#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// Cyrillic spellings of a romaji title: first by Polivanov's system ("Mushishi" → "мусиси",
/// "Shinji" → "синдзи"), then, where it differs, as fans write it ("мушиши", "шинджи"). Lower
/// case; letters that romaji does not know are read as in English names (l → л, v → в, c → к).
/// Empty if the text has no Latin letter. Long vowels written with a macron or "ou" follow the
/// letters. Thread-safe; never throws.
/// Source: E. D. Polivanov, On the Russian transcription of Japanese words, 1917 (ST → Cyrillic).
std::vector<std::string> romaji_to_cyrillic(std::string_view text);

/// A canonical Latin key for a Cyrillic spelling of a romaji title, such that both spellings of
/// romaji_to_cyrillic and the romaji itself meet: romaji_key(t) == cyrillic_to_romaji_key(c) for
/// every c of romaji_to_cyrillic(t) if t is romaji. A key is for comparing, not for showing
/// ("мусиси", "мушиши" and "Mushishi" give "musisi"). Folded as by fold_for_matching.
std::string cyrillic_to_romaji_key(std::string_view text);
std::string romaji_key(std::string_view text);

}  // namespace anireco
