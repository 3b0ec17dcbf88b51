#include "fulltext/nearest_words.h"

#include <algorithm>
#include <string>

#include "text/edit_distance.h"
#include "text/unicode.h"

namespace anireco {
namespace {

// One bit a letter for Latin and Cyrillic, shared bits for all else.
std::uint64_t letter_set(std::u32string_view text) {
  std::uint64_t set = 0;
  for (const char32_t c : text) {
    unsigned bit = 58 + c % 6;
    if (c >= U'a' && c <= U'z') bit = c - U'a';
    if (c >= U'а' && c <= U'я') bit = 26 + (c - U'а');
    set |= std::uint64_t{1} << bit;
  }
  return set;
}

bool has_more_than(std::uint64_t set, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) set &= set - (set != 0);
  return set != 0;
}

void decode(std::string_view text, std::u32string& out) {
  out.clear();
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode_utf8(text, at);
    out.push_back(c.value);
    at += c.bytes;
  }
}

}  // namespace

NearestWords::NearestWords(const std::vector<std::uint32_t>& numbers, const StringOf& string_of)
    : first_of_length_(kMaxLetters + 2, 0) {
  struct Word {
    std::uint32_t number;
    std::uint32_t length;
    std::uint64_t letters;
  };
  std::vector<Word> words;
  words.reserve(numbers.size());
  std::u32string text;
  for (const std::uint32_t number : numbers) {
    decode(string_of(number), text);
    if (text.size() > kMaxLetters) continue;
    words.push_back({number, static_cast<std::uint32_t>(text.size()), letter_set(text)});
    ++first_of_length_[text.size() + 1];
  }
  for (std::size_t i = 1; i < first_of_length_.size(); ++i) {
    first_of_length_[i] += first_of_length_[i - 1];
  }
  numbers_.resize(words.size());
  letter_sets_.resize(words.size());
  std::vector<std::size_t> next = first_of_length_;
  for (const Word& word : words) {
    const std::size_t at = next[word.length]++;
    numbers_[at] = word.number;
    letter_sets_[at] = word.letters;
  }
}

std::vector<NearestWords::Found> NearestWords::within(std::string_view text, std::size_t max_typos,
                                                      const StringOf& string_of) const {
  std::vector<Found> found;
  std::u32string wanted;
  decode(text, wanted);
  if (numbers_.empty() || wanted.size() > kMaxLetters + max_typos) return found;
  const std::uint64_t letters = letter_set(wanted);
  const std::size_t least = wanted.size() - std::min(wanted.size(), max_typos);
  const std::size_t most = std::min(wanted.size() + max_typos, kMaxLetters);
  std::u32string other;
  for (std::size_t i = first_of_length_[least]; i < first_of_length_[most + 1]; ++i) {
    if (has_more_than(letters & ~letter_sets_[i], max_typos) ||
        has_more_than(letter_sets_[i] & ~letters, max_typos)) {
      continue;
    }
    decode(string_of(numbers_[i]), other);
    const std::size_t typos = edit_distance(wanted, other, max_typos);
    if (typos <= max_typos) found.push_back({numbers_[i], typos});
  }
  return found;
}

}  // namespace anireco
