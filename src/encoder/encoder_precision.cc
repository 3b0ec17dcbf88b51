#include "encoder/encoder_precision.h"

#include <array>
#include <utility>

namespace anireco {
namespace {

constexpr std::array<std::pair<EncoderPrecision, std::string_view>, 4> kNames = {
    {{EncoderPrecision::automatic, "auto"},
     {EncoderPrecision::fp32, "fp32"},
     {EncoderPrecision::bf16, "bf16"},
     {EncoderPrecision::int8, "int8"}}};

}  // namespace

std::string_view name_of(EncoderPrecision precision) {
  for (const auto& [value, name] : kNames) {
    if (value == precision) return name;
  }
  return {};
}

std::optional<EncoderPrecision> encoder_precision(std::string_view wanted) {
  for (const auto& [value, name] : kNames) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

LayerNumbers layer_numbers(EncoderPrecision precision) {
  const NumberType best = cpu_multiplies_bf16() ? NumberType::bf16 : NumberType::fp32;
  switch (precision) {
    case EncoderPrecision::fp32:
      return {NumberType::fp32};
    case EncoderPrecision::bf16:
      return {NumberType::bf16};
    case EncoderPrecision::int8:
      return {best, true};
    case EncoderPrecision::automatic:
      break;
  }
  return {best, cpu_multiplies_int8()};
}

}  // namespace anireco
