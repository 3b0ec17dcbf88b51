#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "encoder/safetensors.h"
#include "tensor/aligned_buffer.h"
#include "tensor/matmul.h"

namespace anireco {

/// The optional head over the pooled vector: Linear, BatchNorm (folded into it), ReLU, Linear, in
/// fp32. A dropout layer of the training does nothing here. Immutable; thread-safe.
/// Tensors: fc1.weight [width, hidden], fc1.bias, bn.weight, bn.bias, bn.running_mean,
/// bn.running_var [width], fc2.weight [dimension, width], fc2.bias [dimension].
/// Source of the folding: Ioffe, Szegedy, arXiv 1502.03167, algorithm 2; epsilon is PyTorch's 1e-5.
class ProjectionHead {
 public:
  static constexpr float kBatchNormEpsilon = 1e-5F;

  /// hidden: length of the pooled vectors. Throws Error{corrupt} when tensors are missing or do not
  /// fit each other.
  ProjectionHead(const Safetensors& file, size_t hidden);

  size_t dimension() const { return second_->options().out; }

  /// pooled: [rows, hidden], out: [rows, dimension], both row-major.
  void forward(std::span<const float> pooled, size_t rows, std::span<float> out,
               MatmulContext& context) const;

 private:
  std::optional<PackedLinear> first_;
  std::optional<PackedLinear> second_;
};

}  // namespace anireco
