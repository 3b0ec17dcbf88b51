#include "trainable_bert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "encoder/encoder_weights.h"

namespace anireco::trainer {
namespace {

using torch::indexing::Slice;

/// Sequences of like length that are padded together: padding costs time on a CPU, each group's
/// kernel launches on a GPU.
constexpr std::size_t kCpuGroup = 16;
constexpr std::size_t kGpuGroup = 64;

torch::Tensor as_tensor(const std::vector<float>& values, std::vector<std::int64_t> sizes) {
  return torch::tensor(values).reshape(sizes);
}

torch::Tensor mean_of(const torch::Tensor& x, const torch::Tensor& mask) {
  const torch::Tensor weights = mask.unsqueeze(-1);
  return (x * weights).sum(1) / weights.sum(1);
}

/// Applies `part` to groups of like length; its rows come back in the order that was given.
template <typename Item, typename Length, typename Part>
torch::Tensor by_length(const std::vector<Item>& items, std::size_t group_size, Length length,
                        Part part) {
  std::vector<std::int64_t> order(items.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::ranges::stable_sort(
      order, {}, [&](std::int64_t i) { return length(items[static_cast<std::size_t>(i)]); });
  std::vector<torch::Tensor> parts;
  std::vector<const Item*> group;
  for (const std::int64_t i : order) {
    group.push_back(&items[static_cast<std::size_t>(i)]);
    if (group.size() == group_size || i == order.back()) {
      parts.push_back(part(group));
      group.clear();
    }
  }
  std::vector<std::int64_t> place(order.size());
  for (std::size_t n = 0; n < order.size(); ++n) {
    place[static_cast<std::size_t>(order[n])] = static_cast<std::int64_t>(n);
  }
  const torch::Tensor rows = torch::cat(parts);
  return rows.index_select(0, torch::tensor(place).to(rows.device()));
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

void AdaptedLinearImpl::learn(bool learns) {
  weight_.set_requires_grad(learns);
  bias_.set_requires_grad(learns);
}

NormImpl::NormImpl(torch::Tensor gain, torch::Tensor bias, double epsilon) : epsilon_(epsilon) {
  gain_ = register_parameter("weight", std::move(gain), false);
  bias_ = register_parameter("bias", std::move(bias), false);
}

torch::Tensor NormImpl::forward(const torch::Tensor& x) {
  return torch::layer_norm(x, {x.size(-1)}, gain_, bias_, epsilon_);
}

void NormImpl::learn(bool learns) {
  gain_.set_requires_grad(learns);
  bias_.set_requires_grad(learns);
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
  const auto table = [&](const std::string& name, std::uint64_t rows) {
    const std::string file_name = "embeddings." + name + ".weight";
    return register_parameter(name, as_tensor(weights.read(file_name, {rows, hidden}), {-1, width}),
                              false);
  };
  words_ = table("word_embeddings", config.vocabulary);
  positions_ = table("position_embeddings", config.positions);
  types_ = table("token_type_embeddings", config.token_types);
  embedding_norm_ = register_module("embeddings_LayerNorm", norm("embeddings.LayerNorm"));
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
  return torch::nn::functional::normalize(
      means(sequences), torch::nn::functional::NormalizeFuncOptions().p(2).dim(1));
}

torch::Tensor TrainableBertImpl::means(const std::vector<std::vector<std::int32_t>>& sequences) {
  return by_length(
      sequences, group_size(), [](const auto& sequence) { return sequence.size(); },
      [&](const std::vector<const std::vector<std::int32_t>*>& group) {
        const Padded padded = embed(group);
        return mean_of(run_layers(padded, 0, layers_.size()), padded.mask);
      });
}

std::size_t TrainableBertImpl::group_size() const {
  return device().is_cuda() ? kGpuGroup : kCpuGroup;
}

torch::Tensor TrainableBertImpl::state(const std::vector<std::int32_t>& sequence,
                                       std::size_t depth) {
  const torch::NoGradGuard no_gradients;
  const Padded padded = embed({&sequence});
  const torch::Tensor x = run_layers(padded, 0, depth);
  return depth == layers_.size() ? mean_of(x, padded.mask) : x[0];
}

torch::Tensor TrainableBertImpl::means_of_states(const std::vector<torch::Tensor>& states,
                                                 std::size_t depth) {
  if (depth == layers_.size()) return torch::cat(states);
  return by_length(
      states, group_size(), [](const torch::Tensor& state) { return state.size(0); },
      [&](const std::vector<const torch::Tensor*>& group) {
        std::vector<torch::Tensor> rows;
        std::vector<torch::Tensor> masks;
        for (const torch::Tensor* state : group) {
          rows.push_back(*state);
          masks.push_back(torch::ones({state->size(0)}, state->options()));
        }
        const Padded padded{.x = torch::nn::utils::rnn::pad_sequence(rows, true),
                            .mask = torch::nn::utils::rnn::pad_sequence(masks, true)};
        return mean_of(run_layers(padded, depth, layers_.size()), padded.mask);
      });
}

TrainableBertImpl::Padded TrainableBertImpl::embed(
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
  // Every text is one piece, so every token has the first type.
  const torch::Tensor places = positions_.index({Slice(0, length)}) + types_[0];
  const torch::Tensor x = torch::embedding(words_, tokens.to(device())) + places;
  return {.x = embedding_norm_->forward(x), .mask = mask.to(device())};
}

torch::Tensor TrainableBertImpl::run_layers(const Padded& padded, std::size_t begin,
                                            std::size_t end) {
  constexpr double kFar = -1e9;
  const torch::Tensor bias =
      ((1 - padded.mask) * kFar).view({padded.mask.size(0), 1, 1, padded.mask.size(1)});
  torch::Tensor x = padded.x;
  for (std::size_t i = begin; i < end; ++i) {
    Layer& layer = layers_[i];
    x = layer.attention_norm->forward(x + layer.attention_output->forward(attend(layer, x, bias)));
    const torch::Tensor inner = layer.inner->forward(x);
    const torch::Tensor active =
        config_.activation == Activation::relu
            ? torch::relu(inner)
            : torch::gelu(inner, config_.activation == Activation::gelu ? "none" : "tanh");
    x = layer.output_norm->forward(x + layer.outer->forward(active));
  }
  return x;
}

void TrainableBertImpl::learn_top(std::size_t count) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const bool learns = i + count >= layers_.size();
    Layer& layer = layers_[i];
    for (AdaptedLinear linear :
         {layer.query, layer.key, layer.value, layer.attention_output, layer.inner, layer.outer}) {
      linear->learn(learns);
    }
    layer.attention_norm->learn(learns);
    layer.output_norm->learn(learns);
  }
  const bool learns = count > layers_.size();
  for (torch::Tensor table : {words_, positions_, types_}) table.set_requires_grad(learns);
  embedding_norm_->learn(learns);
}

std::vector<std::pair<std::string, torch::Tensor>> TrainableBertImpl::own_tensors() const {
  std::vector<std::pair<std::string, torch::Tensor>> tensors = {
      {"embeddings.word_embeddings.weight", words_},
      {"embeddings.position_embeddings.weight", positions_},
      {"embeddings.token_type_embeddings.weight", types_}};
  const auto add = [&](const std::string& name, const auto& module) {
    tensors.emplace_back(name + ".weight", module->weight());
    tensors.emplace_back(name + ".bias", module->bias());
  };
  add("embeddings.LayerNorm", embedding_norm_);
  for (const auto& [name, linear] : linears_) add(name, linear);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::string layer = "encoder.layer." + std::to_string(i) + ".";
    add(layer + "attention.output.LayerNorm", layers_[i].attention_norm);
    add(layer + "output.LayerNorm", layers_[i].output_norm);
  }
  return tensors;
}

std::vector<NamedTensor> TrainableBertImpl::adapter_tensors() const {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, linear] : linears_) {
    if (!linear->adapted()) continue;
    const std::string stem = "base_model.model." + name;
    tensors.push_back(named_tensor(stem + ".lora_A.weight", linear->a()));
    tensors.push_back(named_tensor(stem + ".lora_B.weight", linear->b()));
  }
  return tensors;
}

NamedTensor named_tensor(std::string name, const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  NamedTensor out{.name = std::move(name), .shape = {}, .values = {}};
  for (const std::int64_t length : flat.sizes()) {
    out.shape.push_back(static_cast<std::uint64_t>(length));
  }
  out.values.assign(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  return out;
}

}  // namespace anireco::trainer
