#include "tensor/dot.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/dot.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace anireco {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// The two loaders make one loop serve both storage types.
struct LoadF32 {
  const float* data;
  template <class D>
  HWY_INLINE hn::Vec<D> vector(D d, size_t i) const {
    return hn::LoadU(d, data + i);
  }
  float scalar(size_t i) const { return data[i]; }
};

struct LoadBf16 {
  const bfloat16* data;
  template <class D>
  HWY_INLINE hn::Vec<D> vector(D d, size_t i) const {
    const hn::Rebind<uint16_t, D> d16;
    const hn::RebindToUnsigned<D> d32;
    const auto bits = hn::LoadU(d16, reinterpret_cast<const uint16_t*>(data) + i);
    return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(d32, bits)));
  }
  float scalar(size_t i) const { return to_float(data[i]); }
};

template <class Row>
HWY_INLINE float dot_row(const float* HWY_RESTRICT query, Row row, size_t dim) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  auto sum2 = hn::Zero(d);
  auto sum3 = hn::Zero(d);
  size_t i = 0;
  for (; i + 4 * lanes <= dim; i += 4 * lanes) {
    sum0 = hn::MulAdd(hn::LoadU(d, query + i), row.vector(d, i), sum0);
    sum1 = hn::MulAdd(hn::LoadU(d, query + i + lanes), row.vector(d, i + lanes), sum1);
    sum2 = hn::MulAdd(hn::LoadU(d, query + i + 2 * lanes), row.vector(d, i + 2 * lanes), sum2);
    sum3 = hn::MulAdd(hn::LoadU(d, query + i + 3 * lanes), row.vector(d, i + 3 * lanes), sum3);
  }
  for (; i + lanes <= dim; i += lanes) {
    sum0 = hn::MulAdd(hn::LoadU(d, query + i), row.vector(d, i), sum0);
  }
  const auto sum = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
  float total = hn::GetLane(hn::SumOfLanes(d, sum));
  for (; i < dim; ++i) total += query[i] * row.scalar(i);
  return total;
}

void F32Rows(const float* HWY_RESTRICT query, const float* HWY_RESTRICT rows, size_t n_rows,
             size_t dim, float* HWY_RESTRICT out) {
  for (size_t r = 0; r < n_rows; ++r) out[r] = dot_row(query, LoadF32{rows + r * dim}, dim);
}

void Bf16Rows(const float* HWY_RESTRICT query, const bfloat16* HWY_RESTRICT rows, size_t n_rows,
              size_t dim, float* HWY_RESTRICT out) {
  for (size_t r = 0; r < n_rows; ++r) out[r] = dot_row(query, LoadBf16{rows + r * dim}, dim);
}

// The multiply-add of pairs of 16 bits into 32 is exact, with or without VNNI.
HWY_INLINE int32_t dot_i16_i8_row(const int16_t* HWY_RESTRICT query, const int8_t* HWY_RESTRICT row,
                                  size_t dim) {
  const hn::ScalableTag<int32_t> d32;
  const hn::ScalableTag<int16_t> d16;
  const hn::Rebind<int8_t, decltype(d16)> d8;
  const size_t lanes = hn::Lanes(d16);
  auto sum0 = hn::Zero(d32);
  auto sum1 = hn::Zero(d32);
  auto other0 = hn::Zero(d32);
  auto other1 = hn::Zero(d32);
  size_t i = 0;
  for (; i + 2 * lanes <= dim; i += 2 * lanes) {
    sum0 = hn::ReorderWidenMulAccumulate(d32, hn::LoadU(d16, query + i),
                                         hn::PromoteTo(d16, hn::LoadU(d8, row + i)), sum0, other0);
    sum1 = hn::ReorderWidenMulAccumulate(d32, hn::LoadU(d16, query + i + lanes),
                                         hn::PromoteTo(d16, hn::LoadU(d8, row + i + lanes)), sum1,
                                         other1);
  }
  for (; i + lanes <= dim; i += lanes) {
    sum0 = hn::ReorderWidenMulAccumulate(d32, hn::LoadU(d16, query + i),
                                         hn::PromoteTo(d16, hn::LoadU(d8, row + i)), sum0, other0);
  }
  const auto sum = hn::Add(hn::Add(sum0, sum1), hn::Add(other0, other1));
  int32_t total = hn::GetLane(hn::SumOfLanes(d32, sum));
  for (; i < dim; ++i) total += int32_t{query[i]} * int32_t{row[i]};
  return total;
}

void I16I8Rows(const int16_t* HWY_RESTRICT query, const int8_t* HWY_RESTRICT rows, size_t n_rows,
               size_t dim, int32_t* HWY_RESTRICT out) {
  for (size_t r = 0; r < n_rows; ++r) out[r] = dot_i16_i8_row(query, rows + r * dim, dim);
}

}  // namespace HWY_NAMESPACE
}  // namespace anireco
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace anireco {
namespace {

HWY_EXPORT(F32Rows);
HWY_EXPORT(Bf16Rows);
HWY_EXPORT(I16I8Rows);

/// v[i] ~ scale * out[i], out in [-most, most]; returns the scale.
template <class Integer>
float quantize(const float* v, size_t dim, long most, Integer* out) {
  float largest = 0;
  for (size_t i = 0; i < dim; ++i) largest = std::max(largest, std::abs(v[i]));
  const float scale = largest / static_cast<float>(most);
  // Below the smallest normal float the inverse would overflow.
  if (!(scale > 1e-37F)) {
    std::fill_n(out, dim, Integer{0});
    return 1.0F;
  }
  const float inverse = 1.0F / scale;
  for (size_t i = 0; i < dim; ++i) {
    out[i] = static_cast<Integer>(std::clamp(std::lrint(v[i] * inverse), -most, most));
  }
  return scale;
}

}  // namespace

void dot_f32_rows(const float* query, const float* rows, size_t n_rows, size_t dim, float* out) {
  HWY_DYNAMIC_DISPATCH(F32Rows)(query, rows, n_rows, dim, out);
}

void dot_bf16_rows(const float* query, const bfloat16* rows, size_t n_rows, size_t dim,
                   float* out) {
  HWY_DYNAMIC_DISPATCH(Bf16Rows)(query, rows, n_rows, dim, out);
}

void dot_i16_i8_rows(const int16_t* query, const int8_t* rows, size_t n_rows, size_t dim,
                     int32_t* out) {
  HWY_DYNAMIC_DISPATCH(I16I8Rows)(query, rows, n_rows, dim, out);
}

float dot_f32(const float* a, const float* b, size_t dim) {
  float result = 0;
  dot_f32_rows(a, b, 1, dim, &result);
  return result;
}

float dot_bf16(const float* query, const bfloat16* row, size_t dim) {
  float result = 0;
  dot_bf16_rows(query, row, 1, dim, &result);
  return result;
}

float quantize_i8(const float* v, size_t dim, int8_t* out) { return quantize(v, dim, 127, out); }

float quantize_i16(const float* v, size_t dim, int16_t* out) {
  const auto exact = static_cast<long>(((size_t{1} << 31) - 1) / (128 * std::max<size_t>(dim, 1)));
  return quantize(v, dim, std::min(32767L, exact), out);
}

void convert_to_bf16(const float* v, size_t dim, bfloat16* out) {
  for (size_t i = 0; i < dim; ++i) out[i] = to_bfloat16(v[i]);
}

}  // namespace anireco
#endif  // HWY_ONCE
