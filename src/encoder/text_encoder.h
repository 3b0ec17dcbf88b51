#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anireco {

class ThreadTeam;

/// The seam between everything that needs vectors of texts and whatever makes them.
/// All methods are const and thread-safe. A text gives the same bytes alone, in any batch and
/// with any number of threads (for one precision and one instruction set).
class TextEncoder {
 public:
  using Tokens = std::vector<int32_t>;

  virtual ~TextEncoder();

  /// Length of every vector.
  virtual size_t dimension() const = 0;

  /// Names weights and settings, not the precision they run in: 16 to 64 characters [0-9a-z-].
  /// Vectors with different fingerprints must never be compared; it is stored beside them.
  virtual const std::string& fingerprint() const = 0;

  /// What encode_tokens() takes for a text in any language (UTF-8; broken bytes are tolerated):
  /// token ids, special tokens included, already cut to the encoder's maximum length; or what an
  /// encoder without a vocabulary makes instead, about as long. Never empty.
  virtual Tokens tokenize(std::string_view text) const = 0;

  /// sequences: n results of tokenize(); out: [n, dimension] row-major, each row of length 1
  /// (L2). With a team, its threads share the work, otherwise the calling thread does it all.
  /// Throws Error{invalid_argument} when a token id or a size is out of range.
  virtual void encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                             ThreadTeam* team = nullptr) const = 0;

  /// tokenize() and encode_tokens() on the calling thread. out: [n, dimension] row-major.
  void encode(std::span<const std::string> texts, std::span<float> out) const;

  /// One text.
  std::vector<float> encode(const std::string& text) const;

 protected:
  TextEncoder() = default;
  TextEncoder(const TextEncoder&) = default;
  TextEncoder& operator=(const TextEncoder&) = default;
};

}  // namespace anireco
