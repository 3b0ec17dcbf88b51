#pragma once

#include <string_view>

namespace anireco {

/// True if every word of a folded phrase is an ordinary word of English or Russian that titles are
/// also made of ("another", "monster", "given", "твоё имя"), so that the phrase alone names
/// nothing. English: words that stand in lower case in at least 25 synopses of a catalogue of
/// 28,000 titles and in a title made of such words only. Russian: words of translated titles, in
/// any case form. Thread-safe.
bool is_everyday_phrase(std::string_view folded_phrase);

}  // namespace anireco
