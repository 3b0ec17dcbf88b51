#pragma once

#include <optional>
#include <string_view>

#include "tensor/matmul.h"

namespace anireco {

/// The arithmetic of the matrix products; everything between them is float.
enum class EncoderPrecision {
  /// int8 where the CPU can, else bf16 where it multiplies that natively (AVX512_BF16 or AMX), else
  /// fp32.
  automatic,
  fp32,
  bf16,  ///< Also works without native support, slowly.
  /// The feed-forward blocks in 8 bits, the rest in bf16 where the CPU multiplies that natively,
  /// else in fp32. Needs AVX512_VNNI or AMX.
  int8,
};

/// "auto", "fp32", "bf16", "int8".
std::string_view name_of(EncoderPrecision precision);
std::optional<EncoderPrecision> encoder_precision(std::string_view name);

/// How a model's numbers are stored between and in its matrix products.
struct LayerNumbers {
  NumberType type = NumberType::fp32;  ///< fp32 or bf16, of attention and all that is not below.
  /// The two products of the feed-forward block in 8 bits, with a scale for each token and each
  /// column of the weights.
  bool feed_forward_int8 = false;
};

/// On this CPU.
LayerNumbers layer_numbers(EncoderPrecision precision);

}  // namespace anireco
