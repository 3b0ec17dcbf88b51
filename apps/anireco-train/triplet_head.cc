#include "triplet_head.h"

namespace anireco::trainer {

TripletHeadImpl::TripletHeadImpl(const TripletHeadOptions& options) : dropout_(options.dropout) {
  fc1_ = register_module("fc1", torch::nn::Linear(options.hidden, options.width));
  bn_ = register_module("bn", torch::nn::BatchNorm1d(options.width));
  fc2_ = register_module("fc2", torch::nn::Linear(options.width, options.dimension));
}

torch::Tensor TripletHeadImpl::forward(const torch::Tensor& means) {
  const torch::Tensor inner = torch::relu(bn_->forward(fc1_->forward(means)));
  const torch::Tensor kept = torch::dropout(inner, dropout_, is_training() && dropout_ > 0);
  return torch::nn::functional::normalize(
      fc2_->forward(kept), torch::nn::functional::NormalizeFuncOptions().p(2).dim(1));
}

std::vector<std::pair<std::string, torch::Tensor>> TripletHeadImpl::own_tensors() const {
  return {{"fc1.weight", fc1_->weight},
          {"fc1.bias", fc1_->bias},
          {"bn.weight", bn_->weight},
          {"bn.bias", bn_->bias},
          {"bn.running_mean", bn_->running_mean},
          {"bn.running_var", bn_->running_var},
          {"fc2.weight", fc2_->weight},
          {"fc2.bias", fc2_->bias}};
}

}  // namespace anireco::trainer
