// Loads and stores of float and bfloat16 for the kernels; compiled once an instruction set, hence
// the guard that toggles instead of #pragma once.
#if defined(ANIRECO_TENSOR_NUMBER_IO_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ANIRECO_TENSOR_NUMBER_IO_INL_H_
#undef ANIRECO_TENSOR_NUMBER_IO_INL_H_
#else
#define ANIRECO_TENSOR_NUMBER_IO_INL_H_
#endif

#include <hwy/highway.h>

#include "tensor/bfloat16.h"

HWY_BEFORE_NAMESPACE();
namespace anireco {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D>
HWY_INLINE hn::Vec<D> load_numbers(D d, const float* HWY_RESTRICT from) {
  return hn::LoadU(d, from);
}

template <class D>
HWY_INLINE hn::Vec<D> load_numbers(D d, const bfloat16* HWY_RESTRICT from) {
  const hn::Rebind<uint16_t, D> d16;
  const hn::RebindToUnsigned<D> d32;
  const auto bits = hn::LoadU(d16, reinterpret_cast<const uint16_t*>(from));
  return hn::BitCast(d, hn::ShiftLeft<16>(hn::PromoteTo(d32, bits)));
}

template <class D>
HWY_INLINE void store_numbers(hn::Vec<D> v, D d, float* HWY_RESTRICT to) {
  hn::StoreU(v, d, to);
}

// Nearest even; v must be finite.
template <class D>
HWY_INLINE void store_numbers(hn::Vec<D> v, D, bfloat16* HWY_RESTRICT to) {
  const hn::Rebind<uint16_t, D> d16;
  const hn::RebindToUnsigned<D> d32;
  const hn::RebindToSigned<D> ds;
  const auto bits = hn::BitCast(d32, v);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(d32, 1U));
  const auto rounded = hn::ShiftRight<16>(hn::Add(bits, hn::Add(odd, hn::Set(d32, 0x7fffU))));
  hn::StoreU(hn::DemoteTo(d16, hn::BitCast(ds, rounded)), d16, reinterpret_cast<uint16_t*>(to));
}

HWY_INLINE float load_number(const float* from) { return *from; }
HWY_INLINE float load_number(const bfloat16* from) { return to_float(*from); }
HWY_INLINE void store_number(float v, float* to) { *to = v; }
HWY_INLINE void store_number(float v, bfloat16* to) { *to = to_bfloat16(v); }

}  // namespace HWY_NAMESPACE
}  // namespace anireco
HWY_AFTER_NAMESPACE();

#endif
