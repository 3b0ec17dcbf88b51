#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// Cyrillic spellings of a romaji title: first by Polivanov's system ("Mushishi" gives "мусиси",
/// "Shinji" "синдзи"), then, where it differs, as fans write it ("мушиши", "шинджи"). Lower case,
/// words parted by one space, ё written out. Letters that romaji does not know are read as in
/// English names (l as л, v as в, c as к or с); digits and other scripts stay. Long o and u are
/// written short ("Shounen" gives "сёнэн"), as Russian titles do. An apostrophe after n parts
/// syllables ("Shin'ichi" gives "синъити"). Empty if the text has no Latin letter.
/// Time linear in the text. Thread-safe; throws nothing but what std::string does.
/// Source: E. D. Polivanov, On the Russian transcription of Japanese words, 1917 (in Russian).
std::vector<std::string> romaji_to_cyrillic(std::string_view text);

/// A canonical Latin key under which the spellings of one romaji title meet, whatever the system:
/// "Mushishi", "мусиси" and "мушиши" give "musisi". For a romaji title t,
/// romaji_key(t) == cyrillic_to_romaji_key(c) for each c of romaji_to_cyrillic(t). For comparing,
/// never for showing: spaces and lengths of sounds are dropped, f and h, l and r, v and w, e and yo
/// are one. Texts are folded as by fold_for_matching. Thread-safe.
std::string romaji_key(std::string_view text);
std::string cyrillic_to_romaji_key(std::string_view text);

}  // namespace anireco
