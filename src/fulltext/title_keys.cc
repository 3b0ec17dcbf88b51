#include "fulltext/title_keys.h"

#include <algorithm>
#include <array>

#include "text/transliterate.h"
#include "text/unicode.h"

namespace anireco {
namespace {

constexpr std::size_t kFixedNames = 4;
constexpr std::size_t kLeastHeadLetters = 3;

// A season at a name's end, folded: " season 2", " 2nd season", " part 3", " ii".
bool is_season_words(std::string_view first, std::string_view second) {
  constexpr std::array<std::string_view, 11> kOrdinals = {
      "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "second", "third", "fourth", "final"};
  const auto is_number = [](std::string_view word) {
    return !word.empty() && word.size() <= 2 &&
           std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if ((first == "season" || first == "part" || first == "сезон") && is_number(second)) return true;
  if ((second == "season" || second == "part") &&
      std::find(kOrdinals.begin(), kOrdinals.end(), first) != kOrdinals.end()) {
    return true;
  }
  return second == "сезон" && is_number(first);
}

bool is_roman_number(std::string_view word) {
  constexpr std::array<std::string_view, 6> kNumbers = {"II", "III", "IV", "V", "VI", "VII"};
  return std::find(kNumbers.begin(), kNumbers.end(), word) != kNumbers.end();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string_view without_season(std::string_view name) {
  name = trimmed(name);
  const std::size_t last = name.rfind(' ');
  if (last == std::string_view::npos || last == 0) return name;
  if (is_roman_number(name.substr(last + 1))) return trimmed(name.substr(0, last));
  const std::size_t before = name.rfind(' ', last - 1);
  if (before == std::string_view::npos) return name;
  const std::string first = fold_for_matching(name.substr(before + 1, last - before - 1));
  const std::string second = fold_for_matching(name.substr(last + 1));
  return is_season_words(first, second) ? trimmed(name.substr(0, before)) : name;
}

// "клинок" and "клинка": the vowel that comes and goes before a last consonant is left out.
void drop_fleeting_vowel(std::string& stem) {
  std::u32string letters = to_code_points(stem);
  if (letters.size() < 5) return;
  const char32_t vowel = letters[letters.size() - 2];
  const char32_t last = letters.back();
  if ((vowel == U'о' || vowel == U'е') && (last == U'к' || last == U'ц' || last == U'н')) {
    letters.erase(letters.size() - 2, 1);
    stem = to_utf8(letters);
  }
}

}  // namespace

std::string_view title_head(std::string_view name) {
  std::string_view head = name;
  for (const std::string_view mark : {": ", "：", " - ", " – ", " — ", " ~", " ～", " ("}) {
    const std::size_t at = head.find(mark);
    if (at != std::string_view::npos && at > 0) head = head.substr(0, at);
  }
  head = without_season(head);
  if (head.size() == name.size()) return {};
  return count_code_points(head) < kLeastHeadLetters ? std::string_view() : head;
}

std::size_t name_count(const Anime& anime) { return kFixedNames + anime.titles.synonyms.size(); }

std::string_view name_of(const Anime& anime, std::size_t number) {
  switch (number) {
    case 0:
      return anime.titles.romaji;
    case 1:
      return anime.titles.english;
    case 2:
      return anime.titles.native;
    case 3:
      return anime.titles.russian;
    default:
      return anime.titles.synonyms[number - kFixedNames];
  }
}

TitleKeyMaker::TitleKeyMaker() : analyzer_({.keep_stop_words = true}) {}

std::string TitleKeyMaker::stemmed_key(std::string_view text) {
  analyzer_.analyze(text, tokens_);
  std::string stems;
  for (Token& token : tokens_) {
    if (has_cyrillic(token.term)) drop_fleeting_vowel(token.term);
    if (!stems.empty()) stems += ' ';
    stems += token.term;
  }
  return stems.empty() ? stems : cyrillic_to_romaji_key(stems);
}

void TitleKeyMaker::add_keys(std::string_view name, bool head, bool romaji,
                             std::vector<TitleKey>& keys) {
  const auto add = [&](TitleKeyClass key_class, std::string text, bool partly) {
    if (!text.empty()) keys.push_back({key_class, std::move(text), partly});
  };
  std::string folded = fold_for_matching(name);
  if (folded.starts_with("the ")) add(TitleKeyClass::folded, folded.substr(4), true);
  add(TitleKeyClass::folded, std::move(folded), head);
  if (has_cyrillic(name)) {
    add(TitleKeyClass::stemmed, stemmed_key(name), head);
  } else if (romaji) {
    const std::vector<std::string> spellings = romaji_to_cyrillic(name);
    if (spellings.empty()) return;
    add(TitleKeyClass::sound, cyrillic_to_romaji_key(spellings.front()), head);
    // The other spellings differ in sounds that a key does not tell apart.
    add(TitleKeyClass::stemmed, stemmed_key(spellings.front()), head);
  }
}

void TitleKeyMaker::keys_of_name(std::string_view name, bool romaji, std::vector<TitleKey>& keys) {
  if (name.empty()) return;
  add_keys(name, false, romaji, keys);
  const std::string_view head = title_head(name);
  if (!head.empty()) add_keys(head, true, romaji, keys);
}

}  // namespace anireco
