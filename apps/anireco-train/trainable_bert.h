#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "encoder/model_config.h"
#include "encoder/safetensors.h"
#include "encoder/safetensors_writer.h"

namespace anireco::trainer {

/// What of an encoder learns.
struct TrainableBertOptions {
  std::int64_t rank = 0;  ///< Of the low-rank changes to every matrix of the layers; 0: none.
  double alpha = 0;       ///< The change is alpha / rank * B * A.
  double dropout = 0;     ///< Of what enters A, in [0, 1).
};

/// y = x W^T + b, plus the low-rank change. W [out, in].
class AdaptedLinearImpl : public torch::nn::Module {
 public:
  AdaptedLinearImpl(torch::Tensor weight, torch::Tensor bias, const TrainableBertOptions& options);
  torch::Tensor forward(const torch::Tensor& x);
  bool adapted() const { return a_.defined(); }
  const torch::Tensor& a() const { return a_; }  ///< [rank, in]
  const torch::Tensor& b() const { return b_; }  ///< [out, rank]

 private:
  torch::Tensor weight_, bias_, a_, b_;
  double scale_ = 0;
  double dropout_ = 0;
};
TORCH_MODULE(AdaptedLinear);

/// Layer norm with given gain and bias, which do not learn.
class NormImpl : public torch::nn::Module {
 public:
  NormImpl(torch::Tensor gain, torch::Tensor bias, double epsilon);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::Tensor gain_, bias_;
  double epsilon_ = 0;
};
TORCH_MODULE(Norm);

/// BERT with masked mean pooling and L2 norm, as the engine of src/encoder computes it, in a form
/// that learns: its low-rank changes do, all else stays. Source: Devlin and others, NAACL 2019.
class TrainableBertImpl : public torch::nn::Module {
 public:
  /// Throws Error{corrupt} when a tensor is missing or has another shape.
  TrainableBertImpl(const Safetensors& file, const ModelConfig& config,
                    const TrainableBertOptions& options);

  /// sequences: token ids, each of 1 to max_tokens. Returns [sequences, hidden], rows of length 1.
  torch::Tensor forward(const std::vector<std::vector<std::int32_t>>& sequences);

  /// The low-rank changes under the names of docs/model-folder.md.
  std::vector<NamedTensor> adapter_tensors() const;

 private:
  struct Layer {
    AdaptedLinear query{nullptr}, key{nullptr}, value{nullptr}, attention_output{nullptr};
    Norm attention_norm{nullptr};
    AdaptedLinear inner{nullptr}, outer{nullptr};
    Norm output_norm{nullptr};
  };

  torch::Tensor forward_padded(const std::vector<const std::vector<std::int32_t>*>& sequences);
  torch::Tensor attend(const Layer& layer, const torch::Tensor& x, const torch::Tensor& bias);

  ModelConfig config_;
  torch::Tensor words_, positions_;
  Norm embedding_norm_{nullptr};
  std::vector<Layer> layers_;
  std::vector<std::pair<std::string, AdaptedLinear>> linears_;  ///< By the name of their matrix.
};
TORCH_MODULE(TrainableBert);

}  // namespace anireco::trainer
