#pragma once

#include "encoder/text_encoder.h"

namespace anireco {

/// The in-memory twin of a real encoder, for tests that must not need weights: a bag of words
/// hashed into `dimension` signed buckets, L2-normalised. Texts that share words have a high
/// cosine. Words are runs of letters and digits (ASCII lower-cased, other bytes kept as they are).
/// Deterministic on every machine. Source: Weinberger et al., ICML 2009 (feature hashing).
class HashingEncoder final : public TextEncoder {
 public:
  /// dimension >= 1; max_tokens >= 1 words are used, the rest is cut.
  explicit HashingEncoder(size_t dimension = 64, size_t max_tokens = 256);

  size_t dimension() const override { return dimension_; }
  const std::string& fingerprint() const override { return fingerprint_; }
  Tokens tokenize(std::string_view text) const override;
  void encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                     ThreadTeam* team = nullptr) const override;

 private:
  size_t dimension_;
  size_t max_tokens_;
  std::string fingerprint_;
};

}  // namespace anireco
