#include "search/query_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/unicode.h"

namespace anireco {
namespace {

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

bool is_word_character(char32_t c) {
  if (c < 0x80) {
    return is_digit(c) || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
  }
  if (c < 0xC0 || c == 0xD7 || c == 0xF7) return false;
  const bool punctuation = (c >= 0x2000 && c <= 0x206F) || (c >= 0x2190 && c <= 0x2BFF) ||
                           (c >= 0x3000 && c <= 0x303F && c != 0x3005 && c != 0x3007) ||
                           (c >= 0xFF00 && c <= 0xFF0F) || c == 0xFFFD || c >= 0x1F000;
  return !punctuation;
}

bool is_apostrophe(char32_t c) { return c == U'\'' || c == 0x2019 || c == 0x02BC; }

bool is_upper(char32_t c) {
  return (c >= U'A' && c <= U'Z') || (c >= 0x0410 && c <= 0x042F) || c == 0x0401;
}

bool is_lower(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= 0x0430 && c <= 0x044F) || c == 0x0451;
}

bool is_dash(char32_t c) { return c == U'-' || (c >= 0x2010 && c <= 0x2015); }

bool is_wide_space(char32_t c) {
  return c == U' ' || c == U'\t' || c == U'\n' || c == U'\r' || c == 0xA0 || c == 0x3000;
}

struct Character {
  char32_t value;
  std::size_t begin;
  std::size_t end;
};

std::vector<Character> decode(std::string_view text) {
  std::vector<Character> characters;
  characters.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint point = decode_utf8(text, offset);
    characters.push_back({point.value, offset, offset + point.bytes});
    offset += point.bytes;
  }
  return characters;
}

/// What the characters between two words say of the second.
void read_gap(const std::vector<Character>& characters, std::size_t first, std::size_t last,
              bool digits_around, QueryWord& word) {
  bool dash = false;
  bool boundary = false;
  bool space = false;
  for (std::size_t i = first; i < last; ++i) {
    const char32_t c = characters[i].value;
    const bool spaced = i + 1 == last ? false : is_wide_space(characters[i + 1].value);
    if (is_dash(c)) {
      dash = true;
    } else if (is_wide_space(c)) {
      space = true;
      if (c == U'\n') boundary = true;
    } else if (c == U'.' || c == U':' || c == U';' || c == U'!' || c == U'?' || c == U',') {
      boundary = boundary || spaced || c == U',' || i + 1 == last;
      // "Steins;Gate", "Re:Zero": punctuation inside a name parts no clauses.
      if (!spaced && c != U',' && last - first == 1) boundary = false;
    } else if (c != U'+' && c != U'#' && c != U'*') {
      boundary = true;
    }
  }
  const std::size_t gap = last - first;
  word.after_dash = dash && !boundary && first > 0 && (gap == 1 || digits_around);
  if (dash && !word.after_dash) {
    const bool minus = is_dash(characters[last - 1].value) && (gap == 1 || space);
    word.minus_before = minus;
    boundary = true;
  }
  word.starts_clause = boundary;
}

char32_t closing_mark(char32_t opening) {
  constexpr std::array<std::pair<char32_t, char32_t>, 9> kMarks = {{{U'"', U'"'},
                                                                    {0x201C, 0x201D},
                                                                    {0x201D, 0x201D},
                                                                    {0x201E, 0x201C},
                                                                    {0xAB, 0xBB},
                                                                    {0x2018, 0x2019},
                                                                    {U'\'', U'\''},
                                                                    {0x300C, 0x300D},
                                                                    {0x300E, 0x300F}}};
  for (const auto& [open, close] : kMarks) {
    if (open == opening) return close;
  }
  return 0;
}

void find_quotes(const std::vector<Character>& characters, QueryWords& query) {
  const auto free_before = [&](std::size_t i) {
    return i == 0 || !is_word_character(characters[i - 1].value);
  };
  const auto free_after = [&](std::size_t i) {
    return i + 1 == characters.size() || !is_word_character(characters[i + 1].value);
  };
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const char32_t close = closing_mark(characters[i].value);
    if (close == 0 || !free_before(i)) continue;
    std::size_t j = i + 1;
    while (j < characters.size() && !(characters[j].value == close && free_after(j))) ++j;
    if (j >= characters.size()) continue;
    QuerySpan span;
    span.outer_begin = characters[i].begin;
    span.outer_end = characters[j].end;
    span.begin = characters[i].end;
    span.end = characters[j].begin;
    const auto inside = [&](const QueryWord& word) {
      return word.begin >= span.begin && word.end <= span.end;
    };
    const auto first = std::find_if(query.words.begin(), query.words.end(), inside);
    const auto last = std::find_if_not(first, query.words.end(), inside);
    if (first != last) {
      span.first_word = static_cast<std::size_t>(first - query.words.begin());
      span.last_word = static_cast<std::size_t>(last - query.words.begin());
      query.quotes.push_back(span);
      first->starts_clause = true;
      if (last != query.words.end()) last->starts_clause = true;
    }
    i = j;
  }
}

}  // namespace

bool QueryWords::ends_clause(std::size_t index) const {
  return index + 1 >= words.size() || words[index + 1].starts_clause;
}

const QuerySpan* QueryWords::quote_at(std::size_t word) const {
  for (const QuerySpan& quote : quotes) {
    if (quote.first_word == word) return &quote;
  }
  return nullptr;
}

std::string_view QueryWords::phrase(std::size_t first, std::size_t last) const {
  if (first >= last) return {};
  return text.substr(words[first].begin, words[last - 1].end - words[first].begin);
}

QueryWords split_query(std::string_view text) {
  QueryWords query;
  query.text = text;
  const std::vector<Character> characters = decode(text);
  std::size_t gap_begin = 0;
  bool lower_seen = false;
  for (std::size_t i = 0; i < characters.size();) {
    if (!is_word_character(characters[i].value)) {
      ++i;
      continue;
    }
    const std::size_t first = i;
    bool number = true;
    while (i < characters.size()) {
      const char32_t c = characters[i].value;
      const bool more = i + 1 < characters.size();
      const bool joins = more && is_word_character(characters[i + 1].value) &&
                         (is_apostrophe(c) || ((c == U'.' || c == U',') && number &&
                                               is_digit(characters[i + 1].value)));
      if (!is_word_character(c) && !joins) break;
      number = number && (is_digit(c) || joins);
      lower_seen = lower_seen || is_lower(c);
      ++i;
    }
    QueryWord word;
    word.begin = characters[first].begin;
    word.end = characters[i - 1].end;
    const std::string_view bytes = text.substr(word.begin, word.end - word.begin);
    word.folded = number ? std::string(bytes) : fold_for_matching(bytes);
    std::replace(word.folded.begin(), word.folded.end(), ',', '.');
    if (word.folded.empty()) continue;
    word.capitalised = is_upper(characters[first].value);
    const bool digits_around = first > 0 && gap_begin > 0 &&
                               is_digit(characters[gap_begin - 1].value) &&
                               is_digit(characters[first].value);
    if (first > gap_begin) read_gap(characters, gap_begin, first, digits_around, word);
    if (query.words.empty()) word.starts_clause = true;
    word.plus_after = i < characters.size() && characters[i].value == U'+';
    query.words.push_back(std::move(word));
    gap_begin = i;
  }
  query.all_capitals = !lower_seen;
  find_quotes(characters, query);
  return query;
}

}  // namespace anireco
