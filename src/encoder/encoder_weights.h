#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "encoder/low_rank_adapter.h"
#include "encoder/safetensors.h"

namespace anireco {

/// The tensors of an encoder under their names without "bert.", changed by an adapter where there
/// is one. Borrows both.
class EncoderWeights {
 public:
  explicit EncoderWeights(const Safetensors& file, const LowRankAdapter* adapter = nullptr);

  /// A copy as float. Throws Error{corrupt} when it is missing, has another shape or holds what is
  /// not finite.
  std::vector<float> read(const std::string& name,
                          std::initializer_list<std::uint64_t> shape) const;
  /// The matrix `name`.weight [out, in] with the adapter's change.
  std::vector<float> matrix(const std::string& name, std::uint64_t out, std::uint64_t in) const;
  /// The tensor as it lies in the file.
  const TensorView& at(const std::string& name, std::initializer_list<std::uint64_t> shape) const;

 private:
  const Safetensors& file_;
  const LowRankAdapter* adapter_;
  std::string prefix_;
};

/// Names of the matrices in one layer, "encoder.layer.N." before them, that an adapter may change.
inline constexpr std::array<const char*, 6> kLayerMatrices = {
    "attention.self.query",   "attention.self.key", "attention.self.value",
    "attention.output.dense", "intermediate.dense", "output.dense"};

}  // namespace anireco
