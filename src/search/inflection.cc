#include "search/inflection.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "text/unicode.h"

namespace anireco {
namespace {

constexpr std::size_t kShortestStem = 2;

/// Endings of Russian nouns and adjectives in all cases, longest first.
constexpr std::array<std::u32string_view, 48> kEndings = {
    U"иями", U"ями", U"ами", U"ыми", U"ими", U"ого", U"его", U"ому", U"ему", U"ией",
    U"иях",  U"иям", U"ием", U"ах",  U"ях",  U"ам",  U"ям",  U"ом",  U"ем",  U"ой",
    U"ей",   U"ый",  U"ий",  U"ою",  U"ею",  U"ую",  U"юю",  U"ым",  U"им",  U"ых",
    U"их",   U"ов",  U"ев",  U"ая",  U"яя",  U"ое",  U"ее",  U"ые",  U"ие",  U"ью",
    U"ия",   U"ии",  U"ию",  U"ья",  U"ье",  U"ьи",  U"ьев", U"ьям"};

bool is_vowel_or_sign(char32_t c) {
  return std::u32string_view(U"аеиоуыэюяйьё").find(c) != std::u32string_view::npos;
}

bool is_cyrillic(std::u32string_view word) {
  return std::all_of(word.begin(), word.end(), [](char32_t c) { return c >= 0x400 && c <= 0x52F; });
}

void drop_fleeting_vowel(std::u32string& word) {
  if (word.size() < 4) return;
  const char32_t last = word.back();
  const char32_t before = word[word.size() - 2];
  const bool fleeting = (before == U'о' || before == U'е') && (last == U'к' || last == U'ц');
  if (fleeting && !is_vowel_or_sign(word[word.size() - 3])) word.erase(word.size() - 2, 1);
}

void drop_oblique_stem_of_neuter(std::u32string& word) {
  if (word.size() >= 4 && word.size() <= 7 && word.ends_with(U"мен")) word.resize(word.size() - 2);
}

}  // namespace

std::string without_case_ending(std::string_view folded_word) {
  std::u32string word = to_code_points(folded_word);
  if (word.size() <= kShortestStem || !is_cyrillic(word)) return std::string(folded_word);
  for (const std::u32string_view ending : kEndings) {
    if (word.size() >= ending.size() + kShortestStem && word.ends_with(ending)) {
      word.resize(word.size() - ending.size());
      break;
    }
  }
  while (word.size() > kShortestStem && is_vowel_or_sign(word.back())) word.pop_back();
  drop_fleeting_vowel(word);
  drop_oblique_stem_of_neuter(word);
  return to_utf8(word);
}

std::string without_case_endings(std::string_view phrase) {
  const std::string folded = fold_for_matching(phrase);
  std::string result;
  for (std::size_t begin = 0; begin < folded.size();) {
    std::size_t end = folded.find(' ', begin);
    if (end == std::string::npos) end = folded.size();
    if (end > begin) {
      if (!result.empty()) result += ' ';
      result += without_case_ending(std::string_view(folded).substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return result;
}

}  // namespace anireco
