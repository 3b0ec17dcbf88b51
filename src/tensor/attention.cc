#include "tensor/attention.h"

#include <algorithm>
#include <cmath>

#include "tensor/attention_bf16.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/attention.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "tensor/number_io-inl.h"

HWY_BEFORE_NAMESPACE();
namespace anireco {
namespace HWY_NAMESPACE {

using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;

// Queries computed together: each loaded key or value is used that many times.
constexpr size_t kQueries = 4;

// Where the pieces of one head lie in the scratch; strides are multiples of a vector.
struct HeadScratch {
  size_t key_stride;    // >= length
  size_t value_stride;  // >= head_dim
  float* keys;          // [head_dim, key_stride], transposed, zero beyond the length
  float* values;        // [length, value_stride], zero beyond head_dim
  float* queries;       // [kQueries, head_dim], scaled
  float* scores;        // [kQueries, key_stride]
  float* sums;          // [kQueries, value_stride]
};

// scores[q][j ...] for `kVectors` vectors of keys from j on.
template <size_t kVectors>
HWY_INLINE void score_block(const HeadScratch& s, size_t head_dim, size_t j) {
  const Floats d;
  const size_t lanes = hn::Lanes(d);
  Vector sum[kQueries][kVectors];
  for (size_t q = 0; q < kQueries; ++q) {
    for (size_t v = 0; v < kVectors; ++v) sum[q][v] = hn::Zero(d);
  }
  for (size_t c = 0; c < head_dim; ++c) {
    const float* HWY_RESTRICT key = s.keys + c * s.key_stride + j;
    Vector k[kVectors];
    for (size_t v = 0; v < kVectors; ++v) k[v] = hn::Load(d, key + v * lanes);
    for (size_t q = 0; q < kQueries; ++q) {
      const auto query = hn::Set(d, s.queries[q * head_dim + c]);
      for (size_t v = 0; v < kVectors; ++v) sum[q][v] = hn::MulAdd(query, k[v], sum[q][v]);
    }
  }
  for (size_t q = 0; q < kQueries; ++q) {
    for (size_t v = 0; v < kVectors; ++v) {
      hn::Store(sum[q][v], d, s.scores + q * s.key_stride + j + v * lanes);
    }
  }
}

// Turns scores into exp(score - max); returns 1 / their sum. What lies beyond the length becomes 0.
HWY_INLINE float exponentials(float* HWY_RESTRICT scores, size_t length, size_t stride) {
  const Floats d;
  const size_t lanes = hn::Lanes(d);
  for (size_t j = length; j < stride; ++j) scores[j] = -1e30F;
  auto most = hn::Load(d, scores);
  for (size_t j = lanes; j < stride; j += lanes) most = hn::Max(most, hn::Load(d, scores + j));
  most = hn::MaxOfLanes(d, most);
  auto sum = hn::Zero(d);
  for (size_t j = 0; j < stride; j += lanes) {
    const auto value = hn::Exp(d, hn::Sub(hn::Load(d, scores + j), most));
    hn::Store(value, d, scores + j);
    sum = hn::Add(sum, value);
  }
  return 1.0F / hn::GetLane(hn::SumOfLanes(d, sum));
}

// sums[q][c ...] for `kVectors` vectors of the head's columns from c on.
template <size_t kVectors>
HWY_INLINE void context_block(const HeadScratch& s, size_t length, size_t c) {
  const Floats d;
  const size_t lanes = hn::Lanes(d);
  Vector sum[kQueries][kVectors];
  for (size_t q = 0; q < kQueries; ++q) {
    for (size_t v = 0; v < kVectors; ++v) sum[q][v] = hn::Zero(d);
  }
  for (size_t j = 0; j < length; ++j) {
    const float* HWY_RESTRICT value = s.values + j * s.value_stride + c;
    Vector x[kVectors];
    for (size_t v = 0; v < kVectors; ++v) x[v] = hn::Load(d, value + v * lanes);
    for (size_t q = 0; q < kQueries; ++q) {
      const auto weight = hn::Set(d, s.scores[q * s.key_stride + j]);
      for (size_t v = 0; v < kVectors; ++v) sum[q][v] = hn::MulAdd(weight, x[v], sum[q][v]);
    }
  }
  for (size_t q = 0; q < kQueries; ++q) {
    for (size_t v = 0; v < kVectors; ++v) {
      hn::Store(sum[q][v], d, s.sums + q * s.value_stride + c + v * lanes);
    }
  }
}

template <typename Number>
HWY_INLINE void widen(const Number* HWY_RESTRICT from, size_t n, float* HWY_RESTRICT to) {
  const Floats d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= n; i += lanes) hn::StoreU(load_numbers(d, from + i), d, to + i);
  for (; i < n; ++i) to[i] = load_number(from + i);
}

template <typename Number>
HWY_INLINE void attend_head(const AttentionShape& shape, size_t head, size_t length,
                            const Number* HWY_RESTRICT qkv, Number* HWY_RESTRICT context,
                            AttentionScratch& scratch) {
  const Floats d;
  const size_t lanes = hn::Lanes(d);
  const size_t head_dim = shape.head_dim;
  const size_t hidden = shape.hidden();
  const auto up = [lanes](size_t n) { return (n + lanes - 1) / lanes * lanes; };

  HeadScratch s{};
  s.key_stride = up(length);
  s.value_stride = up(head_dim);
  const size_t needed = head_dim * s.key_stride + length * s.value_stride +
                        up(kQueries * head_dim) + kQueries * (s.key_stride + s.value_stride);
  if (scratch.buffer.size() < needed) scratch.buffer = AlignedBuffer<float>(needed);
  s.keys = scratch.buffer.data();
  s.values = s.keys + head_dim * s.key_stride;
  s.scores = s.values + length * s.value_stride;
  s.sums = s.scores + kQueries * s.key_stride;
  s.queries = s.sums + kQueries * s.value_stride;

  for (size_t j = 0; j < length; ++j) {
    const Number* HWY_RESTRICT key = qkv + j * 3 * hidden + hidden + head * head_dim;
    for (size_t c = 0; c < head_dim; ++c) s.keys[c * s.key_stride + j] = load_number(key + c);
    float* value = s.values + j * s.value_stride;
    widen(key + hidden, head_dim, value);
    std::fill(value + head_dim, value + s.value_stride, 0.0F);
  }
  for (size_t c = 0; c < head_dim; ++c) {
    float* row = s.keys + c * s.key_stride;
    std::fill(row + length, row + s.key_stride, 0.0F);
  }

  const float scale = 1.0F / std::sqrt(static_cast<float>(head_dim));
  for (size_t first = 0; first < length; first += kQueries) {
    const size_t n = std::min(kQueries, length - first);
    for (size_t q = 0; q < kQueries; ++q) {
      // The last block repeats a row rather than branch.
      const size_t row = first + std::min(q, n - 1);
      float* query = s.queries + q * head_dim;
      widen(qkv + row * 3 * hidden + head * head_dim, head_dim, query);
      for (size_t c = 0; c < head_dim; ++c) query[c] *= scale;
    }
    size_t j = 0;
    for (; j + 4 * lanes <= s.key_stride; j += 4 * lanes) score_block<4>(s, head_dim, j);
    for (; j < s.key_stride; j += lanes) score_block<1>(s, head_dim, j);

    float inverse[kQueries];
    for (size_t q = 0; q < kQueries; ++q) {
      inverse[q] = exponentials(s.scores + q * s.key_stride, length, s.key_stride);
    }
    size_t c = 0;
    for (; c + 2 * lanes <= s.value_stride; c += 2 * lanes) context_block<2>(s, length, c);
    for (; c < s.value_stride; c += lanes) context_block<1>(s, length, c);

    for (size_t q = 0; q < n; ++q) {
      Number* HWY_RESTRICT out = context + (first + q) * hidden + head * head_dim;
      const float* HWY_RESTRICT sum = s.sums + q * s.value_stride;
      const auto factor = hn::Set(d, inverse[q]);
      size_t i = 0;
      for (; i + lanes <= head_dim; i += lanes) {
        store_numbers(hn::Mul(hn::Load(d, sum + i), factor), d, out + i);
      }
      for (; i < head_dim; ++i) store_number(sum[i] * inverse[q], out + i);
    }
  }
}

void AttendF32(const AttentionShape& shape, size_t head, size_t length, const float* qkv,
               float* context, AttentionScratch& scratch) {
  attend_head(shape, head, length, qkv, context, scratch);
}

void AttendBf16(const AttentionShape& shape, size_t head, size_t length, const bfloat16* qkv,
                bfloat16* context, AttentionScratch& scratch) {
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  if (can_attend_with_bf16_products(shape)) {
    return attend_with_bf16_products(shape, head, length, qkv, context, scratch);
  }
#endif
  attend_head(shape, head, length, qkv, context, scratch);
}

}  // namespace HWY_NAMESPACE
}  // namespace anireco
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace anireco {
namespace {
HWY_EXPORT(AttendF32);
HWY_EXPORT(AttendBf16);
}  // namespace

void attend(const AttentionShape& shape, size_t head, size_t length, const float* qkv,
            float* context, AttentionScratch& scratch) {
  HWY_DYNAMIC_DISPATCH(AttendF32)(shape, head, length, qkv, context, scratch);
}

void attend(const AttentionShape& shape, size_t head, size_t length, const bfloat16* qkv,
            bfloat16* context, AttentionScratch& scratch) {
  HWY_DYNAMIC_DISPATCH(AttendBf16)(shape, head, length, qkv, context, scratch);
}

}  // namespace anireco
#endif  // HWY_ONCE
