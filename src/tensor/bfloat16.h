#pragma once

#include <bit>
#include <cstdint>

namespace anireco {

/// The upper half of an IEEE float: 8 bits of exponent, 7 of fraction. Storage only; arithmetic is
/// done in float. Same size and bits as the type of the same name in oneDNN and safetensors.
struct bfloat16 {
  uint16_t bits = 0;
};

inline float to_float(bfloat16 value) {
  return std::bit_cast<float>(static_cast<uint32_t>(value.bits) << 16);
}

/// Rounds to nearest, ties to even; a NaN stays a (quiet) NaN.
inline bfloat16 to_bfloat16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffffU) > 0x7f800000U) return {static_cast<uint16_t>((bits >> 16) | 0x40U)};
  return {static_cast<uint16_t>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16)};
}

}  // namespace anireco
