#include "tensor/layer_norm.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/layer_norm.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

#include "tensor/number_io-inl.h"

HWY_BEFORE_NAMESPACE();
namespace anireco {
namespace HWY_NAMESPACE {

HWY_INLINE void norm_row(const LayerNorm& norm, float* HWY_RESTRICT x,
                         const float* HWY_RESTRICT added, bfloat16* HWY_RESTRICT narrow) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const size_t whole = norm.dim / lanes * lanes;
  const float count = static_cast<float>(norm.dim);

  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  size_t i = 0;
  for (; i + 2 * lanes <= whole; i += 2 * lanes) {
    auto v0 = hn::LoadU(d, x + i);
    auto v1 = hn::LoadU(d, x + i + lanes);
    if (added != nullptr) {
      v0 = hn::Add(v0, hn::LoadU(d, added + i));
      v1 = hn::Add(v1, hn::LoadU(d, added + i + lanes));
      hn::StoreU(v0, d, x + i);
      hn::StoreU(v1, d, x + i + lanes);
    }
    sum0 = hn::Add(sum0, v0);
    sum1 = hn::Add(sum1, v1);
  }
  float total = 0;
  for (; i < norm.dim; ++i) {
    if (added != nullptr) x[i] += added[i];
    total += x[i];
  }
  total += hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
  const float mean = total / count;

  const auto means = hn::Set(d, mean);
  sum0 = hn::Zero(d);
  sum1 = hn::Zero(d);
  for (i = 0; i + 2 * lanes <= whole; i += 2 * lanes) {
    const auto v0 = hn::Sub(hn::LoadU(d, x + i), means);
    const auto v1 = hn::Sub(hn::LoadU(d, x + i + lanes), means);
    sum0 = hn::MulAdd(v0, v0, sum0);
    sum1 = hn::MulAdd(v1, v1, sum1);
  }
  float squares = 0;
  for (; i < norm.dim; ++i) squares += (x[i] - mean) * (x[i] - mean);
  squares += hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
  const float scale = 1.0F / std::sqrt(squares / count + norm.epsilon);

  const auto scales = hn::Set(d, scale);
  for (i = 0; i < whole; i += lanes) {
    const auto centred = hn::Mul(hn::Sub(hn::LoadU(d, x + i), means), scales);
    const auto v = hn::MulAdd(centred, hn::LoadU(d, norm.gain + i), hn::LoadU(d, norm.bias + i));
    hn::StoreU(v, d, x + i);
    if (narrow != nullptr) store_numbers(v, d, narrow + i);
  }
  for (; i < norm.dim; ++i) {
    x[i] = (x[i] - mean) * scale * norm.gain[i] + norm.bias[i];
    if (narrow != nullptr) narrow[i] = to_bfloat16(x[i]);
  }
}

void NormRows(const LayerNorm& norm, size_t rows, float* HWY_RESTRICT x,
              const float* HWY_RESTRICT added, bfloat16* HWY_RESTRICT narrow) {
  for (size_t row = 0; row < rows; ++row) {
    const size_t at = row * norm.dim;
    norm_row(norm, x + at, added == nullptr ? nullptr : added + at,
             narrow == nullptr ? nullptr : narrow + at);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace anireco
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace anireco {
namespace {
HWY_EXPORT(NormRows);
}

void add_layer_norm(const LayerNorm& norm, size_t rows, float* x, const float* added,
                    bfloat16* narrow) {
  HWY_DYNAMIC_DISPATCH(NormRows)(norm, rows, x, added, narrow);
}

}  // namespace anireco
#endif  // HWY_ONCE
