#include "ingest/noisy_encoder.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "base/error.h"
#include "base/hash.h"

namespace anireco {

NoisyEncoder::NoisyEncoder(std::vector<float> rows, std::size_t dimension, std::string fingerprint,
                           float noise)
    : rows_(std::move(rows)),
      dimension_(dimension),
      fingerprint_(std::move(fingerprint)),
      noise_(noise) {
  if (dimension_ == 0 || rows_.empty() || rows_.size() % dimension_ != 0 || !(noise_ >= 0)) {
    throw Error(ErrorKind::invalid_argument, "vectors to take after do not fit their dimension");
  }
}

void NoisyEncoder::name(std::string_view text, std::uint32_t row) {
  named_.emplace(xxh3_64(text), row);
}

TextEncoder::Tokens NoisyEncoder::tokenize(std::string_view text) const {
  const std::uint64_t hash = xxh3_64(text);
  const std::size_t rows = rows_.size() / dimension_;
  const auto named = named_.find(hash);
  const std::size_t row = named == named_.end() ? hash % rows : named->second % rows;
  return {static_cast<std::int32_t>(row), static_cast<std::int32_t>(hash & 0x7fffffff),
          static_cast<std::int32_t>(hash >> 33)};
}

void NoisyEncoder::encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                                 ThreadTeam* /*team*/) const {
  const std::size_t rows = rows_.size() / dimension_;
  if (out.size() != sequences.size() * dimension_) {
    throw Error(ErrorKind::invalid_argument, "room for vectors of another number");
  }
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const Tokens& t = sequences[i];
    if (t.size() != 3 || t[0] < 0 || static_cast<std::size_t>(t[0]) >= rows) {
      throw Error(ErrorKind::invalid_argument, "not what tokenize() gave");
    }
    const std::span<const float> real =
        std::span(rows_).subspan(static_cast<std::size_t>(t[0]) * dimension_, dimension_);
    const std::span<float> made = out.subspan(i * dimension_, dimension_);
    std::mt19937 random(static_cast<std::uint32_t>(t[1]) * 2654435761U ^
                        static_cast<std::uint32_t>(t[2]));
    std::normal_distribution<float> normal(
        0, std::max(noise_, 1e-12F) / std::sqrt(static_cast<float>(dimension_)));
    float squares = 0;
    for (std::size_t d = 0; d < dimension_; ++d) {
      made[d] = real[d] + (noise_ > 0 ? normal(random) : 0);
      squares += made[d] * made[d];
    }
    const float length = std::sqrt(squares);
    if (length > 0) {
      for (float& value : made) value /= length;
    }
  }
}

}  // namespace anireco
