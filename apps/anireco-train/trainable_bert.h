#pragma once

#include <torch/torch.h>

#include <string>
#include <utility>
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
  const torch::Tensor& weight() const { return weight_; }
  const torch::Tensor& bias() const { return bias_; }
  void learn(bool learns);  ///< Whether W and b themselves do.

 private:
  torch::Tensor weight_, bias_, a_, b_;
  double scale_ = 0;
  double dropout_ = 0;
};
TORCH_MODULE(AdaptedLinear);

/// Layer norm with given gain and bias, which do not learn until they are told to.
class NormImpl : public torch::nn::Module {
 public:
  NormImpl(torch::Tensor gain, torch::Tensor bias, double epsilon);
  torch::Tensor forward(const torch::Tensor& x);
  const torch::Tensor& weight() const { return gain_; }
  const torch::Tensor& bias() const { return bias_; }
  void learn(bool learns);

 private:
  torch::Tensor gain_, bias_;
  double epsilon_ = 0;
};
TORCH_MODULE(Norm);

/// BERT with masked mean pooling and L2 norm, as the engine of src/encoder computes it, in a form
/// that learns: its low-rank changes do, and of its own weights those that learn_top() names.
/// Computes where its parameters are (to(device)). Source: Devlin and others, NAACL 2019.
class TrainableBertImpl : public torch::nn::Module {
 public:
  /// Throws Error{corrupt} when a tensor is missing or has another shape.
  TrainableBertImpl(const Safetensors& file, const ModelConfig& config,
                    const TrainableBertOptions& options);

  /// sequences: token ids, each of 1 to max_tokens. Returns [sequences, hidden], rows of length 1.
  torch::Tensor forward(const std::vector<std::vector<std::int32_t>>& sequences);

  /// The mean of the last layer's token vectors, [sequences, hidden], before it gets length 1.
  torch::Tensor means(const std::vector<std::vector<std::int32_t>>& sequences);

  /// What leaves the lowest `depth` layers for one sequence, without gradients: [tokens, hidden],
  /// or the mean, [1, hidden], when these are all layers. Depends on nothing but the sequence.
  torch::Tensor state(const std::vector<std::int32_t>& sequence, std::size_t depth);
  /// The same as means(), from states of that depth.
  torch::Tensor means_of_states(const std::vector<torch::Tensor>& states, std::size_t depth);

  torch::Device device() const { return words_.device(); }
  std::size_t layers() const { return layers_.size(); }
  /// The `count` highest layers learn, nothing below; the embeddings count as one more below the
  /// lowest layer.
  void learn_top(std::size_t count);

  /// Every tensor of the encoder by its name in the model's file, without "bert.".
  std::vector<std::pair<std::string, torch::Tensor>> own_tensors() const;

  /// The low-rank changes under the names of docs/model-folder.md.
  std::vector<NamedTensor> adapter_tensors() const;

 private:
  struct Layer {
    AdaptedLinear query{nullptr}, key{nullptr}, value{nullptr}, attention_output{nullptr};
    Norm attention_norm{nullptr};
    AdaptedLinear inner{nullptr}, outer{nullptr};
    Norm output_norm{nullptr};
  };

  /// Token vectors of texts of unlike length, padded.
  struct Padded {
    torch::Tensor x;     // [texts, tokens, hidden]
    torch::Tensor mask;  // [texts, tokens], 1 or 0
  };

  std::size_t group_size() const;
  Padded embed(const std::vector<const std::vector<std::int32_t>*>& sequences);
  torch::Tensor run_layers(const Padded& padded, std::size_t begin, std::size_t end);
  torch::Tensor attend(const Layer& layer, const torch::Tensor& x, const torch::Tensor& bias);

  ModelConfig config_;
  torch::Tensor words_, positions_, types_;
  Norm embedding_norm_{nullptr};
  std::vector<Layer> layers_;
  std::vector<std::pair<std::string, AdaptedLinear>> linears_;  ///< By the name of their matrix.
};
TORCH_MODULE(TrainableBert);

/// As src/encoder writes tensors.
NamedTensor named_tensor(std::string name, const torch::Tensor& tensor);

}  // namespace anireco::trainer
