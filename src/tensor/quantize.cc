#include "tensor/quantize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tensor/quantize.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace anireco {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// body(d, i) for each vector of a row, and for each number left over.
template <class Body>
HWY_INLINE void for_each_vector(size_t dim, Body body) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= dim; i += lanes) body(d, i);
  for (; i < dim; ++i) body(hn::CappedTag<float, 1>(), i);
}

// Least and greatest number of a row, and 0.
class Range {
 public:
  Range() : low_(hn::Zero(d_)), high_(hn::Zero(d_)) {}

  template <class D>
  HWY_INLINE void add(D, hn::Vec<D> v) {
    if constexpr (std::is_same_v<D, hn::ScalableTag<float>>) {
      low_ = hn::Min(low_, v);
      high_ = hn::Max(high_, v);
    } else {
      last_low_ = std::min(last_low_, hn::GetLane(v));
      last_high_ = std::max(last_high_, hn::GetLane(v));
    }
  }

  HWY_INLINE RowScale scale() const {
    const float low = std::min(last_low_, hn::GetLane(hn::MinOfLanes(d_, low_)));
    const float high = std::max(last_high_, hn::GetLane(hn::MaxOfLanes(d_, high_)));
    const float scale = std::max((high - low) / 255.0F, std::numeric_limits<float>::min());
    return {scale, std::round(-low / scale)};
  }

 private:
  hn::ScalableTag<float> d_;
  hn::Vec<hn::ScalableTag<float>> low_;
  hn::Vec<hn::ScalableTag<float>> high_;
  float last_low_ = 0;
  float last_high_ = 0;
};

HWY_INLINE void quantize_row(size_t dim, const float* HWY_RESTRICT x, RowScale row,
                             std::uint8_t* HWY_RESTRICT q) {
  const float inverse = 1.0F / row.scale;
  for_each_vector(dim, [&](auto d, size_t i) {
    const hn::Rebind<std::uint8_t, decltype(d)> d8;
    const auto v = hn::MulAdd(hn::LoadU(d, x + i), hn::Set(d, inverse), hn::Set(d, row.zero));
    hn::StoreU(hn::DemoteTo(d8, hn::NearestInt(v)), d8, q + i);
  });
}

void QuantizeRows(size_t rows, size_t dim, const float* HWY_RESTRICT x,
                  std::uint8_t* HWY_RESTRICT q, RowScale* HWY_RESTRICT scales) {
  for (size_t row = 0; row < rows; ++row) {
    const float* values = x + row * dim;
    Range range;
    for_each_vector(dim, [&](auto d, size_t i) { range.add(d, hn::LoadU(d, values + i)); });
    scales[row] = range.scale();
    quantize_row(dim, values, scales[row], q + row * dim);
  }
}

// What a column of sums stands for.
template <class D>
HWY_INLINE hn::Vec<D> value_of(D d, const SumScales& linear, RowScale row, const std::int32_t* sums,
                               size_t i) {
  const hn::RebindToSigned<D> ds;
  const auto sum = hn::ConvertTo(d, hn::LoadU(ds, sums + i));
  const auto shifted = hn::NegMulAdd(hn::Set(d, row.zero), hn::LoadU(d, linear.offset + i),
                                     hn::Mul(sum, hn::LoadU(d, linear.scale + i)));
  return hn::MulAdd(hn::Set(d, row.scale), shifted, hn::LoadU(d, linear.bias + i));
}

void DequantizeRows(const SumScales& linear, size_t rows, const RowScale* HWY_RESTRICT scales,
                    const std::int32_t* sums, float* y) {
  for (size_t row = 0; row < rows; ++row) {
    const size_t at = row * linear.out;
    for_each_vector(linear.out, [&](auto d, size_t i) {
      hn::StoreU(value_of(d, linear, scales[row], sums + at, i), d, y + at + i);
    });
  }
}

// (share(x) - 1/2) / x as a polynomial in x^2 for |x| <= kGeluEnd, where share is the factor of x
// in GELU or in its approximation by tanh; fitted by least squares with weights that even out the
// greatest error of GELU itself. Beyond it the factor stays what it
// is at the end, off by less than 5e-6.
constexpr float kGeluEnd = 4.5F;
constexpr std::array<float, 11> kGelu = {3.989286388e-01F,  -6.644834852e-02F, 9.928261076e-03F,
                                         -1.162713955e-03F, 1.075233303e-04F,  -7.800326107e-06F,
                                         4.319621445e-07F,  -1.744163402e-08F, 4.790497547e-10F,
                                         -7.937667383e-12F, 5.953954942e-14F};
constexpr std::array<float, 11> kGeluTanh = {
    3.989280629e-01F, -6.678313060e-02F, 1.017266245e-02F, -1.235622532e-03F,
    1.198420364e-04F, -9.123774040e-06F, 5.262908739e-07F, -2.190751482e-08F,
    6.143931292e-10F, -1.031749463e-11F, 7.801759186e-14F};

template <class D>
HWY_INLINE hn::Vec<D> gelu(D d, hn::Vec<D> x, const std::array<float, 11>& factors) {
  const auto end = hn::Set(d, kGeluEnd);
  const auto near = hn::Max(hn::Min(x, end), hn::Neg(end));
  const auto square = hn::Mul(near, near);
  auto sum = hn::Set(d, factors.back());
  for (size_t i = factors.size() - 1; i-- > 0;) {
    sum = hn::MulAdd(sum, square, hn::Set(d, factors[i]));
  }
  return hn::Mul(x, hn::MulAdd(near, sum, hn::Set(d, 0.5F)));
}

template <class Function>
HWY_INLINE void activate_rows(const SumScales& linear, size_t rows, const RowScale* scales,
                              std::int32_t* sums, std::uint8_t* q, RowScale* q_scales,
                              Function function) {
  for (size_t row = 0; row < rows; ++row) {
    const size_t at = row * linear.out;
    // The numbers take the place of the sums they come from.
    auto* values = reinterpret_cast<float*>(sums + at);
    Range range;
    for_each_vector(linear.out, [&](auto d, size_t i) {
      const auto v = function(d, value_of(d, linear, scales[row], sums + at, i));
      hn::StoreU(v, d, values + i);
      range.add(d, v);
    });
    q_scales[row] = range.scale();
    quantize_row(linear.out, values, q_scales[row], q + at);
  }
}

void ActivateAndQuantizeRows(const SumScales& linear, Activation activation, size_t rows,
                             const RowScale* scales, std::int32_t* sums, std::uint8_t* q,
                             RowScale* q_scales) {
  const auto run = [&](auto function) {
    activate_rows(linear, rows, scales, sums, q, q_scales, function);
  };
  switch (activation) {
    case Activation::none:
      return run([](auto, auto v) { return v; });
    case Activation::relu:
      return run([](auto d, auto v) { return hn::Max(v, hn::Zero(d)); });
    case Activation::gelu:
      return run([](auto d, auto v) { return gelu(d, v, kGelu); });
    case Activation::gelu_tanh:
      return run([](auto d, auto v) { return gelu(d, v, kGeluTanh); });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace anireco
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace anireco {
namespace {
HWY_EXPORT(QuantizeRows);
HWY_EXPORT(DequantizeRows);
HWY_EXPORT(ActivateAndQuantizeRows);
}  // namespace

void quantize_rows(size_t rows, size_t dim, const float* x, std::uint8_t* q, RowScale* scales) {
  HWY_DYNAMIC_DISPATCH(QuantizeRows)(rows, dim, x, q, scales);
}

void dequantize_rows(const SumScales& linear, size_t rows, const RowScale* scales,
                     const std::int32_t* sums, float* y) {
  HWY_DYNAMIC_DISPATCH(DequantizeRows)(linear, rows, scales, sums, y);
}

void activate_and_quantize_rows(const SumScales& linear, Activation activation, size_t rows,
                                const RowScale* scales, std::int32_t* sums, std::uint8_t* q,
                                RowScale* q_scales) {
  HWY_DYNAMIC_DISPATCH(ActivateAndQuantizeRows)
  (linear, activation, rows, scales, sums, q, q_scales);
}

}  // namespace anireco
#endif  // HWY_ONCE
