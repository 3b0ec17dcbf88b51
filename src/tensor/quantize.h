#pragma once

#include <cstddef>
#include <cstdint>

#include "tensor/matmul.h"

namespace anireco {

/// How the numbers of one row stand in 8 bits: x = scale * (q - zero), zero in [0, 255].
struct RowScale {
  float scale = 1;
  float zero = 0;
};

/// q: [rows, dim], scales: [rows], from x: [rows, dim] row-major. A row's range, 0 included, is
/// spread over 0 to 255. Numbers and the width of their
/// range must be finite, or what comes of the row means nothing.
/// Thread-safe; a row depends on itself alone. Source: Jacob et al., arXiv 1712.05877, section 2.1.
void quantize_rows(size_t rows, size_t dim, const float* x, std::uint8_t* q, RowScale* scales);

/// y = x * transpose(weight) + bias, from what an 8-bit PackedLinear made of x's rows.
/// sums, y: [rows, out]; scales: [rows], of x. sums and y may be the same memory. Thread-safe.
void dequantize_rows(const SumScales& linear, size_t rows, const RowScale* scales,
                     const std::int32_t* sums, float* y);

/// q, q_scales = quantize_rows(activation(dequantize_rows(...))), with GELU(x) to within 1e-4 + |x|
/// / 1e5.
/// sums: [rows, out], overwritten by the activated numbers as float; q: [rows, out]; scales,
/// q_scales: [rows]. Thread-safe.
void activate_and_quantize_rows(const SumScales& linear, Activation activation, size_t rows,
                                const RowScale* scales, std::int32_t* sums, std::uint8_t* q,
                                RowScale* q_scales);

}  // namespace anireco
