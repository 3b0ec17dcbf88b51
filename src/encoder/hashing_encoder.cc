#include "encoder/hashing_encoder.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace anireco {
namespace {

bool is_word_byte(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

// FNV-1a, 32 bits.
uint32_t hash_word(std::string_view word) {
  uint32_t hash = 2166136261U;
  for (const char c : word) {
    auto byte = static_cast<unsigned char>(c);
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<unsigned char>(byte + ('a' - 'A'));
    hash = (hash ^ byte) * 16777619U;
  }
  return hash;
}

}  // namespace

HashingEncoder::HashingEncoder(size_t dimension, size_t max_tokens)
    : dimension_(dimension),
      max_tokens_(max_tokens),
      fingerprint_("hashing-encoder-" + std::to_string(dimension) + "-" +
                   std::to_string(max_tokens)) {
  if (dimension == 0 || max_tokens == 0) {
    throw Error(ErrorKind::invalid_argument, "HashingEncoder needs a dimension and a length >= 1.");
  }
}

TextEncoder::Tokens HashingEncoder::tokenize(std::string_view text) const {
  Tokens tokens;
  size_t i = 0;
  while (i < text.size() && tokens.size() < max_tokens_) {
    size_t end = i;
    while (end < text.size() && is_word_byte(static_cast<unsigned char>(text[end]))) ++end;
    if (end > i) tokens.push_back(static_cast<int32_t>(hash_word(text.substr(i, end - i)) >> 1));
    i = end + 1;
  }
  if (tokens.empty()) tokens.push_back(0);
  return tokens;
}

void HashingEncoder::encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                                   ThreadTeam*) const {
  if (out.size() != sequences.size() * dimension_) {
    throw Error(ErrorKind::invalid_argument, "The output must hold one vector a sequence.");
  }
  std::fill(out.begin(), out.end(), 0.0F);
  for (size_t i = 0; i < sequences.size(); ++i) {
    const std::span<float> vector = out.subspan(i * dimension_, dimension_);
    for (const int32_t token : sequences[i]) {
      const uint32_t mixed = static_cast<uint32_t>(token) * 2654435761U;
      vector[mixed % dimension_] += (mixed >> 31) != 0 ? 1.0F : -1.0F;
    }
    double square = 0;
    for (const float v : vector) square += static_cast<double>(v) * static_cast<double>(v);
    // Two words may cancel each other exactly; a vector must still have length 1.
    if (square == 0) vector[0] = 1.0F, square = 1;
    const auto scale = static_cast<float>(1.0 / std::sqrt(square));
    for (float& v : vector) v *= scale;
  }
}

}  // namespace anireco
