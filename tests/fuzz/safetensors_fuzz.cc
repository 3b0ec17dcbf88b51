#include <cstddef>
#include <cstdint>
#include <span>

#include "base/error.h"
#include "encoder/safetensors.h"

// Any bytes are a safetensors file or corrupt; every tensor of an accepted one can be read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace anireco;
  try {
    const Safetensors file = Safetensors::parse(std::as_bytes(std::span(data, size)));
    for (const auto& [name, tensor] : file.tensors()) {
      switch (tensor.type) {
        case TensorType::f16:
        case TensorType::bf16:
        case TensorType::f32:
        case TensorType::f64:
          if (tensor.to_floats().size() != tensor.elements()) __builtin_trap();
          break;
        default:
          break;
      }
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) __builtin_trap();
  }
  return 0;
}
