#include "model_folder.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "encoder/safetensors.h"
#include "encoder/safetensors_writer.h"

namespace anireco::trainer {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWords = "embeddings.word_embeddings.weight";
constexpr std::array kHeadNames = {"fc1.weight",      "fc1.bias",       "bn.weight",  "bn.bias",
                                   "bn.running_mean", "bn.running_var", "fc2.weight", "fc2.bias"};

[[noreturn]] void refuse(const std::string& reason) {
  throw Error(ErrorKind::corrupt, "the tensors do not make a model: " + reason);
}

/// A counter of PyTorch's BatchNorm, of no use here.
constexpr std::string_view kCounter = "num_batches_tracked";

bool ends_with_name(std::string_view full, std::string_view name) {
  return full == name || (full.ends_with(name) && full[full.size() - name.size() - 1] == '.');
}

/// The eight tensors under one prefix, with nothing beside them but a counter; else none.
StateDict head_by_name(const StateDict& rest) {
  const auto first = std::ranges::find_if(
      rest, [](const auto& t) { return ends_with_name(t.first, kHeadNames[0]); });
  if (first == rest.end()) return {};
  const std::string prefix =
      first->first.substr(0, first->first.size() - std::string_view(kHeadNames[0]).size());
  StateDict head;
  for (const char* name : kHeadNames) {
    const auto found = std::ranges::find(rest, prefix + name, &StateDict::value_type::first);
    if (found == rest.end()) return {};
    head.emplace_back(name, found->second);
  }
  const auto others = std::ranges::count_if(
      rest, [&](const auto& t) { return t.first != prefix + "bn." + std::string(kCounter); });
  return static_cast<std::size_t>(others) == head.size() ? head : StateDict{};
}

/// Linear, norm, (what has no tensors), Linear, each with its tensors under one stem, the stems
/// side by side.
StateDict head_by_order(const StateDict& rest) {
  std::vector<std::string> stems;
  std::map<std::string, std::map<std::string, torch::Tensor>> parts;
  for (const auto& [name, tensor] : rest) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos) refuse("\"" + name + "\" belongs to nothing known");
    const std::string stem = name.substr(0, dot);
    if (!parts.contains(stem)) stems.push_back(stem);
    parts[stem][name.substr(dot + 1)] = tensor;
  }
  constexpr const char* kWanted =
      "what is beside the encoder is not one head of Linear, BatchNorm, Linear";
  if (stems.size() != 3) refuse(kWanted);
  const auto parent = [](const std::string& stem) {
    return stem.substr(0, stem.rfind('.') == std::string::npos ? 0 : stem.rfind('.'));
  };
  for (const std::string& stem : stems) {
    if (parent(stem) != parent(stems[0])) refuse(kWanted);
  }
  StateDict head;
  constexpr std::array kParts = {"fc1", "bn", "fc2"};
  for (std::size_t i = 0; i < stems.size(); ++i) {
    for (const auto& [name, tensor] : parts[stems[i]]) {
      if (name != kCounter) head.emplace_back(kParts[i] + ("." + name), tensor);
    }
  }
  StateDict sorted = head_by_name(head);
  if (sorted.empty()) refuse(kWanted);
  return sorted;
}

}  // namespace

StateDict state_of(const TrainableBert& bert, const TripletHead& head) {
  StateDict state;
  for (const auto& [name, tensor] : bert->own_tensors()) {
    state.emplace_back("encoder." + name, tensor.detach());
  }
  for (const auto& [name, tensor] : head->own_tensors()) state.emplace_back(name, tensor.detach());
  return state;
}

ModelTensors split_state(const StateDict& state) {
  const auto words =
      std::ranges::find_if(state, [](const auto& t) { return ends_with_name(t.first, kWords); });
  if (words == state.end()) refuse("no tensor is named " + std::string(kWords));
  const std::string prefix = words->first.substr(0, words->first.size() - kWords.size());
  ModelTensors tensors;
  StateDict rest;
  for (const auto& [name, tensor] : state) {
    const std::string own = name.starts_with(prefix) ? name.substr(prefix.size()) : "";
    if (own.starts_with("embeddings.") || own.starts_with("encoder.") ||
        own.starts_with("pooler.")) {
      // Buffers of numbers of places are no weights.
      if (tensor.is_floating_point()) tensors.encoder.emplace_back(own, tensor);
    } else {
      rest.emplace_back(name, tensor);
    }
  }
  if (rest.empty()) return tensors;
  tensors.head = head_by_name(rest);
  if (tensors.head.empty()) tensors.head = head_by_order(rest);
  return tensors;
}

void load_state(const ModelTensors& tensors, TrainableBert& bert, TripletHead& head) {
  const torch::NoGradGuard no_gradients;
  const auto load = [](const StateDict& from, const StateDict& to) {
    for (const auto& [name, tensor] : to) {
      const auto found = std::ranges::find(from, name, &StateDict::value_type::first);
      if (found == from.end()) refuse("it lacks " + name);
      if (found->second.sizes() != tensor.sizes()) refuse(name + " has another shape");
      torch::Tensor target = tensor.detach();
      target.copy_(found->second);
    }
  };
  load(tensors.encoder, bert->own_tensors());
  load(tensors.head, head->own_tensors());
}

namespace {

bool is_of_encoder(std::string_view name) {
  return name.starts_with("embeddings.") || name.starts_with("encoder.");
}

bool is_of_pooler(std::string_view name) { return name.starts_with("pooler."); }

/// The encoder's tensors with the pooler of the base, which no training changes.
std::map<std::string, NamedTensor> weights_over(const Safetensors& base, const StateDict& encoder) {
  constexpr std::string_view kPrefix = "bert.";
  std::map<std::string, const TensorView*> wanted;
  std::map<std::string, NamedTensor> weights;
  for (const auto& [name, view] : base.tensors()) {
    if (view.type == TensorType::i64 || view.type == TensorType::i32) continue;
    const std::string own = name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
    if (is_of_encoder(own)) wanted[own] = &view;
    if (is_of_pooler(own)) {
      weights[own] = {.name = own, .shape = view.shape, .values = view.to_floats()};
    }
  }
  for (const auto& [name, tensor] : encoder) {
    if (is_of_pooler(name)) {
      weights[name] = named_tensor(name, tensor);
      continue;
    }
    const auto found = wanted.find(name);
    if (found == wanted.end()) {
      refuse(weights.contains(name) ? "it has two of " + name : "the base lacks " + name);
    }
    NamedTensor named = named_tensor(name, tensor);
    if (named.shape != found->second->shape) refuse(name + " has another shape than in the base");
    weights[name] = std::move(named);
    wanted.erase(found);
  }
  if (!wanted.empty()) refuse("it lacks " + wanted.begin()->first);
  return weights;
}

/// `hidden`: width of the encoder's means.
void check_head(const StateDict& head, std::int64_t hidden) {
  if (head.empty()) return;
  const auto sizes = [&](std::size_t i) { return head[i].second.sizes(); };
  if (sizes(0).size() != 2 || sizes(6).size() != 2) refuse("a matrix of the head is none");
  const std::int64_t width = sizes(0)[0];
  const std::int64_t dimension = sizes(6)[0];
  const std::array<std::vector<std::int64_t>, kHeadNames.size()> shapes = {{{width, hidden},
                                                                            {width},
                                                                            {width},
                                                                            {width},
                                                                            {width},
                                                                            {width},
                                                                            {dimension, width},
                                                                            {dimension}}};
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (sizes(i) != torch::IntArrayRef(shapes[i])) refuse(head[i].first + " has another shape");
  }
}

}  // namespace

void write_model_folder(const fs::path& base, const fs::path& out, const ModelTensors& tensors) {
  std::map<std::string, NamedTensor> weights =
      weights_over(Safetensors::open(base / "model.safetensors"), tensors.encoder);
  const std::vector<std::uint64_t>& words = weights.at(std::string(kWords)).shape;
  check_head(tensors.head, words.empty() ? 0 : static_cast<std::int64_t>(words.back()));
  // Read before the first byte is written, since `out` may be `base`.
  std::vector<std::pair<std::string, std::string>> settings;
  std::vector<std::string> absent;
  for (const char* name :
       {"1_Pooling/config.json", "modules.json", "sentence_bert_config.json", "tokenizer.json",
        "tokenizer_config.json", "vocab.txt", "special_tokens_map.json", "sentencepiece.bpe.model",
        "config_sentence_transformers.json", "config.json"}) {
    if (fs::exists(base / name)) {
      settings.emplace_back(name, read_file(base / name));
    } else {
      absent.emplace_back(name);
    }
  }
  // Until it is there again, nothing takes the folder for a model.
  remove_file(out / "config.json");
  std::vector<NamedTensor> sorted;
  for (auto& [name, tensor] : weights) sorted.push_back(std::move(tensor));
  write_file_atomic(out / "model.safetensors", format_safetensors(sorted, TensorType::f32));
  if (tensors.head.empty()) {
    remove_file(out / "projection.safetensors");
  } else {
    std::vector<NamedTensor> head;
    for (const auto& [name, tensor] : tensors.head) head.push_back(named_tensor(name, tensor));
    write_file_atomic(out / "projection.safetensors", format_safetensors(head, TensorType::f32));
  }
  // Of another base, as whose the folder may have been written before.
  for (const std::string& name : absent) remove_file(out / name);
  for (const auto& [name, text] : settings) write_file_atomic(out / name, text);
}

}  // namespace anireco::trainer
