#include "search/query_chatter.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include "text/unicode.h"

namespace anireco {
namespace {

/// Folded and sorted (by bytes) for binary search.
constexpr std::array kChatter = {"anime",
                                 "animes",
                                 "cartoon",
                                 "ep",
                                 "episode",
                                 "episodes",
                                 "find",
                                 "forgot",
                                 "help",
                                 "im",
                                 "know",
                                 "looking",
                                 "maybe",
                                 "name",
                                 "pls",
                                 "please",
                                 "recall",
                                 "recommend",
                                 "recommendation",
                                 "recommendations",
                                 "remember",
                                 "remembered",
                                 "saw",
                                 "scene",
                                 "series",
                                 "show",
                                 "shows",
                                 "something",
                                 "suggest",
                                 "suggestions",
                                 "thanks",
                                 "thing",
                                 "title",
                                 "tv",
                                 "want",
                                 "wanted",
                                 "watch",
                                 "watched",
                                 "watching",
                                 "аниме",
                                 "анимешка",
                                 "анимешку",
                                 "где",
                                 "ищу",
                                 "который",
                                 "которая",
                                 "которое",
                                 "которые",
                                 "мультик",
                                 "название",
                                 "напомните",
                                 "не",
                                 "подскажите",
                                 "помню",
                                 "помогите",
                                 "порекомендуйте",
                                 "посоветуй",
                                 "посоветуйте",
                                 "про",
                                 "сериал",
                                 "смотрел",
                                 "смотрела",
                                 "хочу",
                                 "через",
                                 "что",
                                 "это"};

/// What a wish beside an example consists of: it compares with the example and is no word of a
/// story.
constexpr std::array kComparison = {
    "a",       "and",         "better",    "bit",        "brighter",  "but",      "calmer",
    "cuter",   "darker",      "even",      "funnier",    "happier",   "less",     "lighter",
    "little",  "longer",      "more",      "much",       "newer",     "nicer",    "older",
    "only",    "sadder",      "scarier",   "shorter",    "simpler",   "slower",   "softer",
    "than",    "warmer",      "а",         "более",      "веселее",   "веселей",  "грустнее",
    "длиннее", "добрее",      "короче",    "легче",      "лучше",     "менее",    "мрачнее",
    "немного", "но",          "новее",     "полегче",    "повеселее", "покороче", "помрачнее",
    "попроще", "поспокойнее", "посветлее", "пострашнее", "проще",     "светлее",  "серьезнее",
    "смешнее", "спокойнее",   "старше",    "страшнее",   "только",    "чем",      "чуть",
    "и"};

template <std::size_t n>
constexpr auto sorted(const std::array<const char*, n>& list) {
  std::array<std::string_view, n> words{};
  for (std::size_t i = 0; i < n; ++i) words[i] = list[i];
  std::ranges::sort(words);
  return words;
}
constexpr auto kSortedChatter = sorted(kChatter);
constexpr auto kSortedComparison = sorted(kComparison);

/// A letter or digit, or a byte of one beyond ASCII.
bool is_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The words of the text that are not in `left_out`, or nothing when no letter remains.
std::string without(std::string_view text, std::span<const std::string_view> left_out) {
  std::string kept;
  bool any = false;
  for (std::size_t begin = 0; begin < text.size();) {
    if (is_space(text[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < text.size() && !is_space(text[end])) ++end;
    const std::string_view word = text.substr(begin, end - begin);
    const std::string folded = fold_for_matching(word);
    if (!std::ranges::binary_search(left_out, std::string_view(folded))) {
      if (!kept.empty()) kept += ' ';
      kept += word;
      any = any || std::ranges::any_of(folded, is_letter);
    }
    begin = end;
  }
  return any ? kept : std::string();
}

}  // namespace

std::string without_chatter(std::string_view text) {
  std::string kept = without(text, kSortedChatter);
  return kept.empty() ? std::string(text) : kept;
}

std::string without_comparison(std::string_view text) { return without(text, kSortedComparison); }

}  // namespace anireco
