#pragma once

#include <cstddef>

#include "tensor/bfloat16.h"

namespace anireco {

/// gain, bias: [dim]; epsilon > 0 is added to the variance.
struct LayerNorm {
  const float* gain = nullptr;
  const float* bias = nullptr;
  size_t dim = 0;
  float epsilon = 1e-12F;
};

/// x = (v - mean(v)) / sqrt(variance(v) + epsilon) * gain + bias for each row, v = x + added.
/// x: [rows, dim], in place. added: [rows, dim], or null for none. narrow: [rows, dim], receives x
/// in bfloat16 too, or null. Thread-safe; a row depends on itself alone. Source: Ba, Kiros, Hinton,
/// arXiv 1607.06450, equation 3.
void add_layer_norm(const LayerNorm& norm, size_t rows, float* x, const float* added,
                    bfloat16* narrow);

}  // namespace anireco
