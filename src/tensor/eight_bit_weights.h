#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tensor/aligned_buffer.h"

namespace anireco {

/// Weights in 8 bits with a sign, the greatest of each output 127 or -127: w = scale * value.
struct EightBitWeights {
  std::vector<std::int8_t> values;  ///< [out, in]
  AlignedBuffer<float> scale;       ///< [out]
  AlignedBuffer<float> offset;      ///< [out], the sum of an output's weights.

  /// weight: [out, in] row-major.
  EightBitWeights(std::span<const float> weight, size_t in, size_t out)
      : values(weight.size()), scale(out), offset(out) {
    for (size_t row = 0; row < out; ++row) {
      const std::span<const float> from = weight.subspan(row * in, in);
      float most = 0;
      for (const float w : from) most = std::max(most, std::abs(w));
      scale[row] = most > 0 ? most / 127.0F : 1.0F;
      std::int64_t sum = 0;
      for (size_t i = 0; i < in; ++i) {
        const float q = std::clamp(std::nearbyint(from[i] / scale[row]), -127.0F, 127.0F);
        values[row * in + i] = static_cast<std::int8_t>(q);
        sum += values[row * in + i];
      }
      offset[row] = scale[row] * static_cast<float>(sum);
    }
  }
};

}  // namespace anireco
