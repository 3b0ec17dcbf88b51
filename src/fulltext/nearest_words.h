#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace anireco {

/// Typos that a name or word of this many letters may have: none to 4, one to 8, two beyond.
constexpr std::size_t typos_allowed(std::size_t letters) {
  return letters <= 4 ? 0 : letters <= 8 ? 1 : 2;
}

/// Finds, among many numbered strings, those within a few typos (edit distance with swaps) of a
/// string. A scan over the strings of fitting length, nearly all ruled out by the set of their
/// letters; 10 bytes a string. The strings themselves stay with the owner. Thread-safe (const).
class NearestWords {
 public:
  using StringOf = std::function<std::string_view(std::uint32_t number)>;

  struct Found {
    std::uint32_t number;
    std::size_t typos;
  };

  NearestWords() = default;
  /// Takes the strings of these numbers, folded UTF-8; those beyond kMaxLetters are left out.
  NearestWords(const std::vector<std::uint32_t>& numbers, const StringOf& string_of);

  /// Strings within max_typos of `text` (0 typos included), in no order that means anything.
  /// string_of must give the strings of the constructor.
  std::vector<Found> within(std::string_view text, std::size_t max_typos,
                            const StringOf& string_of) const;

  static constexpr std::size_t kMaxLetters = 120;

 private:
  std::vector<std::uint32_t> numbers_;        // by length
  std::vector<std::uint64_t> letter_sets_;    // of numbers_
  std::vector<std::size_t> first_of_length_;  // [kMaxLetters + 2]
};

}  // namespace anireco
