#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "encoder/text_encoder.h"

namespace anireco {

/// Stands in for a model over made-up texts: a text's vector is a real one that was named for it,
/// plus noise. So the made-up catalogue's vectors lie in space as real ones do, which vectors of
/// words in no order would not. Thread-safe once all texts are known.
class NoisyEncoder final : public TextEncoder {
 public:
  /// rows: real vectors, [n, dimension] row-major, n >= 1, of the model with this fingerprint.
  /// noise: length of what is added before the result is brought to length 1; it points anywhere,
  /// with equal probability. Throws Error{invalid_argument} for sizes that do not fit.
  NoisyEncoder(std::vector<float> rows, std::size_t dimension, std::string fingerprint,
               float noise);

  /// From now on the text has this row's vector. A text that was not named has any.
  void name(std::string_view text, std::uint32_t row);

  std::size_t dimension() const override { return dimension_; }
  const std::string& fingerprint() const override { return fingerprint_; }
  /// The row and the seed of the noise.
  Tokens tokenize(std::string_view text) const override;
  void encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                     ThreadTeam* team) const override;

 private:
  std::vector<float> rows_;
  std::size_t dimension_;
  std::string fingerprint_;
  float noise_;
  std::unordered_map<std::uint64_t, std::uint32_t> named_;
};

}  // namespace anireco
