#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "encoder/safetensors.h"

namespace anireco {

/// A tensor to write: `values` row-major, as many as `shape` says.
struct NamedTensor {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::vector<float> values;
};

/// The bytes of a safetensors file with these tensors in this order, stored as `type` (f32 or bf16,
/// rounded to nearest even). Equal input gives equal bytes. Throws Error{invalid_argument} for
/// another type, a size that does not fit its shape or a name given twice.
std::string format_safetensors(const std::vector<NamedTensor>& tensors, TensorType type);

}  // namespace anireco
