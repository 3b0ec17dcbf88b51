#include "trainable_bert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "encoder/encoder_weights.h"

namespace anireco::trainer {
namespace {

using torch::indexing::Slice;

/// Sequences of like length that are padded together.
constexpr std::size_t kGroup = 16;

torch::Tensor as_tensor(const std::vector<float>& values, std::vector<std::int64_t> sizes) {
  return torch::tensor(values).reshape(sizes);
}

NamedTensor named(std::string name, const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.detach().contiguous();
  NamedTensor out{.name = std::move(name), .shape = {}, .values = {}};
  for (const std::int64_t length : flat.sizes()) {
    out.shape.push_back(static_cast<std::uint64_t>(length));
  }
  out.values.assign(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  return out;
}

}  // namespace

AdaptedLinearImpl::AdaptedLinearImpl(torch::Tensor weight, torch::Tensor bias,
                                     const TrainableBertOptions& options)
    : dropout_(options.dropout) {
  const std::int64_t out = weight.size(0);
  const std::int64_t in = weight.size(1);
  weight_ = register_parameter("weight", std::move(weight), false);
  bias_ = register_parameter("bias", std::move(bias), false);
  if (options.rank == 0) return;
  scale_ = options.alpha / static_cast<double>(options.rank);
  // B starts at zero, so the first step sees the encoder unchanged.
  const double spread = 1 / std::sqrt(static_cast<double>(in));
  a_ = register_parameter("lora_a", torch::randn({options.rank, in}) * spread);
  b_ = register_parameter("lora_b", torch::zeros({out, options.rank}));
}

torch::Tensor AdaptedLinearImpl::forward(const torch::Tensor& x) {
  torch::Tensor y = torch::linear(x, weight_, bias_);
  if (!adapted()) return y;
  const torch::Tensor dropped = torch::dropout(x, dropout_, is_training() && dropout_ > 0);
  return y + torch::linear(torch::linear(dropped, a_), b_) * scale_;
}

NormImpl::NormImpl(torch::Tensor gain, torch::Tensor bias, double epsilon) : epsilon_(epsilon) {
  gain_ = register_parameter("weight", std::move(gain), false);
  bias_ = register_parameter("bias", std::move(bias), false);
}

torch::Tensor NormImpl::forward(const torch::Tensor& x) {
  return torch::layer_norm(x, {x.size(-1)}, gain_, bias_, epsilon_);
}

TrainableBertImpl::TrainableBertImpl(const Safetensors& file, const ModelConfig& config,
                                     const TrainableBertOptions& options)
    : config_(config) {
  const EncoderWeights weights(file);
  const std::uint64_t hidden = config.hidden;
  const auto width = static_cast<std::int64_t>(hidden);
  const auto norm = [&](const std::string& name) {
    return Norm(as_tensor(weights.read(name + ".weight", {hidden}), {width}),
                as_tensor(weights.read(name + ".bias", {hidden}), {width}),
                static_cast<double>(config.layer_norm_epsilon));
  };
  words_ = as_tensor(weights.read("embeddings.word_embeddings.weight", {config.vocabulary, hidden}),
                     {-1, width});
  const torch::Tensor types = as_tensor(
      weights.read("embeddings.token_type_embeddings.weight", {config.token_types, hidden}),
      {-1, width});
  positions_ =
      as_tensor(weights.read("embeddings.position_embeddings.weight", {config.positions, hidden}),
                {-1, width}) +
      types[0];
  embedding_norm_ = norm("embeddings.LayerNorm");
  // In the order of kLayerMatrices.
  const std::array<std::pair<std::uint64_t, std::uint64_t>, kLayerMatrices.size()> shapes = {
      {{hidden, hidden},
       {hidden, hidden},
       {hidden, hidden},
       {hidden, hidden},
       {config.intermediate, hidden},
       {hidden, config.intermediate}}};
  const auto registered = [&](const std::string& name, auto module) {
    std::string path = name;
    std::ranges::replace(path, '.', '_');
    return register_module(path, module);
  };
  for (std::size_t i = 0; i < config.layers; ++i) {
    const std::string layer = "encoder.layer." + std::to_string(i) + ".";
    std::vector<AdaptedLinear> linears;
    for (std::size_t m = 0; m < kLayerMatrices.size(); ++m) {
      const std::string name = layer + kLayerMatrices[m];
      const auto [out, in] = shapes[m];
      linears.push_back(registered(
          name, AdaptedLinear(as_tensor(weights.read(name + ".weight", {out, in}),
                                        {static_cast<std::int64_t>(out), -1}),
                              as_tensor(weights.read(name + ".bias", {out}), {-1}), options)));
      linears_.emplace_back(name, linears.back());
    }
    layers_.push_back(
        {.query = linears[0],
         .key = linears[1],
         .value = linears[2],
         .attention_output = linears[3],
         .attention_norm = registered(layer + "attention.output.LayerNorm",
                                      norm(layer + "attention.output.LayerNorm")),
         .inner = linears[4],
         .outer = linears[5],
         .output_norm = registered(layer + "output.LayerNorm", norm(layer + "output.LayerNorm"))});
  }
}

torch::Tensor TrainableBertImpl::attend(const Layer& layer, const torch::Tensor& x,
                                        const torch::Tensor& bias) {
  const std::int64_t batch = x.size(0);
  const std::int64_t length = x.size(1);
  const auto heads = static_cast<std::int64_t>(config_.heads);
  const auto width = static_cast<std::int64_t>(config_.hidden) / heads;
  const auto split = [&](AdaptedLinear linear) {
    return linear->forward(x).view({batch, length, heads, width}).transpose(1, 2);
  };
  const torch::Tensor q = split(layer.query);
  const torch::Tensor k = split(layer.key);
  const torch::Tensor v = split(layer.value);
  const torch::Tensor scores =
      torch::matmul(q, k.transpose(2, 3)) / std::sqrt(static_cast<double>(width)) + bias;
  const torch::Tensor context = torch::matmul(torch::softmax(scores, -1), v);
  return context.transpose(1, 2).reshape({batch, length, heads * width});
}

torch::Tensor TrainableBertImpl::forward(const std::vector<std::vector<std::int32_t>>& sequences) {
  std::vector<std::int64_t> order(sequences.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::ranges::stable_sort(
      order, {}, [&](std::int64_t i) { return sequences[static_cast<std::size_t>(i)].size(); });
  std::vector<torch::Tensor> parts;
  std::vector<const std::vector<std::int32_t>*> group;
  for (const std::int64_t i : order) {
    group.push_back(&sequences[static_cast<std::size_t>(i)]);
    if (group.size() == kGroup || i == order.back()) {
      parts.push_back(forward_padded(group));
      group.clear();
    }
  }
  std::vector<std::int64_t> place(order.size());
  for (std::size_t n = 0; n < order.size(); ++n) {
    place[static_cast<std::size_t>(order[n])] = static_cast<std::int64_t>(n);
  }
  return torch::cat(parts).index_select(0, torch::tensor(place));
}

torch::Tensor TrainableBertImpl::forward_padded(
    const std::vector<const std::vector<std::int32_t>*>& sequences) {
  const auto batch = static_cast<std::int64_t>(sequences.size());
  std::size_t longest = 0;
  for (const auto* sequence : sequences) longest = std::max(longest, sequence->size());
  const auto length = static_cast<std::int64_t>(longest);
  torch::Tensor tokens = torch::zeros({batch, length}, torch::kInt64);
  torch::Tensor mask = torch::zeros({batch, length});
  for (std::int64_t i = 0; i < batch; ++i) {
    const auto& sequence = *sequences[static_cast<std::size_t>(i)];
    std::copy(sequence.begin(), sequence.end(), tokens.data_ptr<std::int64_t>() + i * length);
    std::fill_n(mask.data_ptr<float>() + i * length, sequence.size(), 1.0F);
  }
  constexpr double kFar = -1e9;
  const torch::Tensor bias = ((1 - mask) * kFar).view({batch, 1, 1, length});
  torch::Tensor x = torch::embedding(words_, tokens) + positions_.index({Slice(0, length)});
  x = embedding_norm_->forward(x);
  for (Layer& layer : layers_) {
    x = layer.attention_norm->forward(x + layer.attention_output->forward(attend(layer, x, bias)));
    const torch::Tensor inner = layer.inner->forward(x);
    const torch::Tensor active =
        config_.activation == Activation::relu
            ? torch::relu(inner)
            : torch::gelu(inner, config_.activation == Activation::gelu ? "none" : "tanh");
    x = layer.output_norm->forward(x + layer.outer->forward(active));
  }
  const torch::Tensor weights = mask.unsqueeze(-1);
  const torch::Tensor mean = (x * weights).sum(1) / weights.sum(1);
  return torch::nn::functional::normalize(
      mean, torch::nn::functional::NormalizeFuncOptions().p(2).dim(1));
}

std::vector<NamedTensor> TrainableBertImpl::adapter_tensors() const {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, linear] : linears_) {
    if (!linear->adapted()) continue;
    const std::string stem = "base_model.model." + name;
    tensors.push_back(named(stem + ".lora_A.weight", linear->a()));
    tensors.push_back(named(stem + ".lora_B.weight", linear->b()));
  }
  return tensors;
}

}  // namespace anireco::trainer
