#pragma once

#include <cstddef>

namespace anireco {

/// mean: [dim] of the rows of x: [rows, dim], rows >= 1. Thread-safe.
void mean_rows(const float* x, size_t rows, size_t dim, float* mean);

/// Scales v: [dim] to length 1 (L2); a vector shorter than 1e-12 is divided by that instead, as
/// PyTorch's normalize does. Thread-safe.
void l2_normalize(float* v, size_t dim);

/// out: [dim] = a + b, all [dim]. Thread-safe.
void add_rows(const float* a, const float* b, size_t dim, float* out);

}  // namespace anireco
