#pragma once

#include <string>
#include <string_view>

namespace anireco {

/// The request without the words that people wrap around every request ("an anime show where",
/// "посоветуйте аниме про"): they say nothing of the title, but rare as they are in synopses they
/// weigh much in a lexical leg. Returns the text as it is when nothing else would be left.
/// Thread-safe.
std::string without_chatter(std::string_view text);

/// What a request says beside an example, without the words that only compare with it ("but a bit
/// lighter", "только короче"): in a lexical leg they would find cigarette lighters. Empty when
/// nothing else is said. Thread-safe.
std::string without_comparison(std::string_view text);

}  // namespace anireco
