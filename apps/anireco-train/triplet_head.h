#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace anireco::trainer {

struct TripletHeadOptions {
  std::int64_t hidden = 384;  ///< Of the encoder's means.
  std::int64_t width = 256;
  std::int64_t dimension = 256;
  double dropout = 0.4;  ///< In [0, 1).
};

/// Linear, BatchNorm, ReLU, Dropout, Linear: the head of docs/model-folder.md in a form that
/// learns.
class TripletHeadImpl : public torch::nn::Module {
 public:
  explicit TripletHeadImpl(const TripletHeadOptions& options);

  /// means: [rows, hidden]; in training 2 rows or more. Returns [rows, dimension], rows of
  /// length 1.
  torch::Tensor forward(const torch::Tensor& means);

  /// Every tensor under its name in projection.safetensors.
  std::vector<std::pair<std::string, torch::Tensor>> own_tensors() const;

 private:
  torch::nn::Linear fc1_{nullptr}, fc2_{nullptr};
  torch::nn::BatchNorm1d bn_{nullptr};
  double dropout_;
};
TORCH_MODULE(TripletHead);

}  // namespace anireco::trainer
