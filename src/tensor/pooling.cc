#include "tensor/pooling.h"

#include <algorithm>
#include <cmath>

#include "tensor/dot.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/pooling.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace anireco {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void AddRows(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, size_t dim,
             float* HWY_RESTRICT out) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= dim; i += lanes) {
    hn::StoreU(hn::Add(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, out + i);
  }
  for (; i < dim; ++i) out[i] = a[i] + b[i];
}

void MeanRows(const float* HWY_RESTRICT x, size_t rows, size_t dim, float* HWY_RESTRICT mean) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const float factor = 1.0F / static_cast<float>(rows);
  size_t i = 0;
  for (; i + lanes <= dim; i += lanes) {
    auto sum = hn::Zero(d);
    for (size_t row = 0; row < rows; ++row) sum = hn::Add(sum, hn::LoadU(d, x + row * dim + i));
    hn::StoreU(hn::Mul(sum, hn::Set(d, factor)), d, mean + i);
  }
  for (; i < dim; ++i) {
    float sum = 0;
    for (size_t row = 0; row < rows; ++row) sum += x[row * dim + i];
    mean[i] = sum * factor;
  }
}

void Scale(float* v, size_t dim, float factor) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= dim; i += lanes) {
    hn::StoreU(hn::Mul(hn::LoadU(d, v + i), hn::Set(d, factor)), d, v + i);
  }
  for (; i < dim; ++i) v[i] *= factor;
}

}  // namespace HWY_NAMESPACE
}  // namespace anireco
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace anireco {
namespace {
HWY_EXPORT(AddRows);
HWY_EXPORT(MeanRows);
HWY_EXPORT(Scale);
}  // namespace

void add_rows(const float* a, const float* b, size_t dim, float* out) {
  HWY_DYNAMIC_DISPATCH(AddRows)(a, b, dim, out);
}

void mean_rows(const float* x, size_t rows, size_t dim, float* mean) {
  HWY_DYNAMIC_DISPATCH(MeanRows)(x, rows, dim, mean);
}

void l2_normalize(float* v, size_t dim) {
  const float norm = std::sqrt(dot_f32(v, v, dim));
  HWY_DYNAMIC_DISPATCH(Scale)(v, dim, 1.0F / std::max(norm, 1e-12F));
}

}  // namespace anireco
#endif  // HWY_ONCE
