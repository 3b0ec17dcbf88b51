#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "tensor/aligned_buffer.h"

namespace anireco {

/// Weights in 8 bits with a sign, symmetric about 0: w = scale * value, |value| <= 127.
struct EightBitWeights {
  std::vector<std::int8_t> values;  ///< [out, in]
  AlignedBuffer<float> scale;       ///< [out]
  AlignedBuffer<float> offset;      ///< [out], the sum of an output's weights.

  /// weight: [out, in] row-major, finite.
  EightBitWeights(std::span<const float> weight, size_t in, size_t out)
      : values(weight.size()), scale(out), offset(out) {
    for (size_t row = 0; row < out; ++row) {
      const std::span<const float> from = weight.subspan(row * in, in);
      float most = 0;
      for (const float w : from) most = std::max(most, std::abs(w));
      scale[row] = std::max(most / 127.0F, std::numeric_limits<float>::min());
      std::int64_t sum = 0;
      for (size_t i = 0; i < in; ++i) {
        // In this order a quotient that is no number becomes one.
        const float q = std::max(-127.0F, std::min(127.0F, std::nearbyint(from[i] / scale[row])));
        values[row * in + i] = static_cast<std::int8_t>(q);
        sum += values[row * in + i];
      }
      offset[row] = scale[row] * static_cast<float>(sum);
    }
  }
};

}  // namespace anireco
