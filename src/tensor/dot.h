#pragma once

#include <cstddef>
#include <cstdint>

#include "tensor/bfloat16.h"

/// Dot products, one pair at a time and one query against many rows. SIMD is chosen at run time.
/// All functions are thread-safe and accept any alignment and any dimension, 0 included. A float
/// result depends only on the two vectors and the instruction set, never on how many rows a call
/// has.
namespace anireco {

/// a, b: [dim].
float dot_f32(const float* a, const float* b, size_t dim);

/// query: [dim] in float, row: [dim]; products and sum in float.
float dot_bf16(const float* query, const bfloat16* row, size_t dim);

/// query: [dim], rows: [n_rows, dim] row-major, out: [n_rows]. For dim <= 4,096 it runs at the
/// speed of memory; callers split rows between threads.
void dot_f32_rows(const float* query, const float* rows, size_t n_rows, size_t dim, float* out);
void dot_bf16_rows(const float* query, const bfloat16* rows, size_t n_rows, size_t dim, float* out);
/// The exact integers, while dim * 128 * the largest magnitude of the query is below 2^31.
void dot_i16_i8_rows(const int16_t* query, const int8_t* rows, size_t n_rows, size_t dim,
                     int32_t* out);

/// Symmetric quantisation by the largest magnitude: v[i] ~ scale * out[i], out in [-127, 127].
/// v: [dim], finite. Returns scale > 0 (1 for a vector of zeros).
float quantize_i8(const float* v, size_t dim, int8_t* out);
/// The same to 16 bits, or as many as keep dot_i16_i8_rows exact (for dim > 512 fewer). dim <=
/// 2^23.
float quantize_i16(const float* v, size_t dim, int16_t* out);

/// v: [dim] to bfloat16, nearest even.
void convert_to_bf16(const float* v, size_t dim, bfloat16* out);

}  // namespace anireco
