#include "search/query_chatter.h"

#include <algorithm>
#include <array>
#include <cctype>

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
                                 "что",
                                 "это"};

constexpr auto sorted_chatter() {
  std::array<std::string_view, kChatter.size()> words{};
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = kChatter[i];
  std::ranges::sort(words);
  return words;
}
constexpr auto kSorted = sorted_chatter();

/// A letter or digit, or a byte of one beyond ASCII.
bool is_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

std::string without_chatter(std::string_view text) {
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
    if (!std::ranges::binary_search(kSorted, std::string_view(folded))) {
      if (!kept.empty()) kept += ' ';
      kept += word;
      any = any || std::ranges::any_of(folded, is_letter);
    }
    begin = end;
  }
  return any ? kept : std::string(text);
}

}  // namespace anireco
