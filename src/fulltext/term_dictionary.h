#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// A term as an index knows it.
struct KnownTerm {
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;
  std::uint32_t number = kUnknown;  ///< Terms ascending by bytes have ascending numbers.
  std::string term = {};
  std::uint32_t documents = 0;  ///< That have it.
  std::size_t typos = 0;        ///< From the word that was asked for; only set by near().
};

/// The terms of a lexical index. Thread-safe.
class TermDictionary {
 public:
  virtual ~TermDictionary() = default;
  /// Documents of the index.
  virtual std::size_t documents() const = 0;
  /// For each of `terms`, in their order; those in no document have kUnknown.
  virtual std::vector<KnownTerm> find(std::span<const std::string_view> terms) const = 0;
  /// The correctable() terms of four bytes or more within max_typos (1 or 2) of a correctable one,
  /// in any order.
  virtual std::vector<KnownTerm> near(std::string_view term, std::size_t max_typos) const = 0;
};

/// Whether a word may be meant by one with a typo, or be one: no digits, no signs, no pieces of two
/// characters.
bool correctable(std::string_view term);

/// Bytes that a term has at least to be read into a word with a typo.
inline constexpr std::size_t kLeastCorrectedBytes = 4;

}  // namespace anireco
