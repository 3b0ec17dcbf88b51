#include "encoder/projection_head.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"

namespace anireco {
namespace {

// A hostile shape must not lead to a huge product.
constexpr uint64_t kMaxWidth = 65'536;

uint64_t rows_of(const Safetensors& file, const std::string& name) {
  const auto found = file.tensors().find(name);
  if (found == file.tensors().end() || found->second.shape.size() != 2 ||
      found->second.shape[0] == 0 || found->second.shape[0] > kMaxWidth) {
    throw Error(ErrorKind::corrupt, "The projection head lacks a sound matrix " + name + ".");
  }
  return found->second.shape[0];
}

std::vector<float> vector_of(const Safetensors& file, const std::string& name, uint64_t length) {
  return file.at(name, std::array{length}).to_floats();
}

}  // namespace

ProjectionHead::ProjectionHead(const Safetensors& file, size_t hidden) {
  const uint64_t width = rows_of(file, "fc1.weight");
  const uint64_t dimension = rows_of(file, "fc2.weight");
  std::vector<float> weight =
      file.at("fc1.weight", std::array<uint64_t, 2>{width, hidden}).to_floats();
  std::vector<float> bias = vector_of(file, "fc1.bias", width);
  const std::vector<float> gain = vector_of(file, "bn.weight", width);
  const std::vector<float> shift = vector_of(file, "bn.bias", width);
  const std::vector<float> mean = vector_of(file, "bn.running_mean", width);
  const std::vector<float> variance = vector_of(file, "bn.running_var", width);
  for (size_t row = 0; row < width; ++row) {
    const float scale = gain[row] / std::sqrt(variance[row] + kBatchNormEpsilon);
    if (!std::isfinite(scale)) {
      throw Error(ErrorKind::corrupt, "The projection head's bn.running_var is not a variance.");
    }
    for (size_t i = 0; i < hidden; ++i) weight[row * hidden + i] *= scale;
    bias[row] = (bias[row] - mean[row]) * scale + shift[row];
  }
  first_.emplace(weight, bias,
                 LinearOptions{.in = hidden, .out = width, .activation = Activation::relu});
  second_.emplace(file.at("fc2.weight", std::array{dimension, width}).to_floats(),
                  vector_of(file, "fc2.bias", dimension),
                  LinearOptions{.in = width, .out = dimension});
}

void ProjectionHead::forward(std::span<const float> pooled, size_t rows, std::span<float> out,
                             MatmulContext& context) const {
  const size_t padded = PackedLinear::padded_rows(rows);
  AlignedBuffer<float> x(padded * first_->options().in);
  AlignedBuffer<float> inner(padded * first_->options().out);
  AlignedBuffer<float> y(padded * dimension());
  std::copy(pooled.begin(), pooled.end(), x.data());
  first_->run(x.data(), rows, inner.data(), context);
  second_->run(inner.data(), rows, y.data(), context);
  std::copy_n(y.data(), out.size(), out.begin());
}

}  // namespace anireco
