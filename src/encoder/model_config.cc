#include "encoder/model_config.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "text/sentence_piece.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr uint64_t kMaxFileBytes = 16 << 20;
constexpr size_t kMaxPromptBytes = 1024;

[[noreturn]] void unsupported(const std::string& what) {
  throw Error(ErrorKind::invalid_argument, "The model folder is not supported: " + what + ".");
}

// One settings file, its fields read with checks that name it.
class SettingsFile {
 public:
  SettingsFile(const std::filesystem::path& folder, const std::string& name) : name_(name) {
    json::error_code code;
    value_ = json::parse(read_file(folder / name, kMaxFileBytes), code);
    if (code) fail("is not JSON");
  }

  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(ErrorKind::corrupt, "The model's " + name_ + " " + reason + ".");
  }

  const json::value& value() const { return value_; }

  const json::value* find(std::string_view key) const {
    if (!value_.is_object()) fail("is not an object");
    return value_.get_object().if_contains(key);
  }

  size_t size(std::string_view key, size_t most) const {
    const json::value* field = find(key);
    if (field == nullptr) fail("lacks " + std::string(key));
    return size(*field, key, most);
  }

  size_t size(std::string_view key, size_t most, size_t otherwise) const {
    const json::value* field = find(key);
    return field == nullptr || field->is_null() ? otherwise : size(*field, key, most);
  }

  std::string text(std::string_view key, std::string_view otherwise) const {
    const json::value* field = find(key);
    if (field == nullptr || field->is_null()) return std::string(otherwise);
    if (!field->is_string()) fail("has no text for " + std::string(key));
    return std::string(field->get_string());
  }

  bool flag(std::string_view key) const {
    const json::value* field = find(key);
    return field != nullptr && field->is_bool() && field->get_bool();
  }

 private:
  size_t size(const json::value& field, std::string_view key, size_t most) const {
    json::error_code code;
    const auto number = field.to_number<int64_t>(code);
    if (code || number < 1 || static_cast<uint64_t>(number) > most) {
      fail("has " + std::string(key) + " outside 1 to " + std::to_string(most));
    }
    return static_cast<size_t>(number);
  }

  std::string name_;
  json::value value_;
};

Activation read_activation(const std::string& name) {
  if (name == "gelu") return Activation::gelu;
  if (name == "gelu_new" || name == "gelu_pytorch_tanh") return Activation::gelu_tanh;
  if (name == "relu") return Activation::relu;
  unsupported("hidden_act \"" + name + "\"");
}

/// Returns whether the tokens of a prompt are among those whose mean is taken.
bool check_pooling(const std::filesystem::path& folder, const std::string& path) {
  if (path.find("..") != std::string::npos || path.find('/') != std::string::npos) {
    unsupported("a pooling module outside the folder");
  }
  const SettingsFile pooling(folder / path, "config.json");
  const bool others =
      pooling.flag("pooling_mode_cls_token") || pooling.flag("pooling_mode_max_tokens") ||
      pooling.flag("pooling_mode_mean_sqrt_len_tokens") ||
      pooling.flag("pooling_mode_weightedmean_tokens") || pooling.flag("pooling_mode_lasttoken");
  if (others || !pooling.flag("pooling_mode_mean_tokens")) {
    unsupported("pooling other than the mean of the tokens");
  }
  return pooling.find("include_prompt") == nullptr || pooling.flag("include_prompt");
}

/// Returns what check_pooling() does.
bool check_modules(const std::filesystem::path& folder) {
  const SettingsFile modules(folder, "modules.json");
  if (!modules.value().is_array()) modules.fail("is not a list");
  bool transformer = false;
  bool pooled = false;
  bool prompt_counts = true;
  for (const json::value& module : modules.value().get_array()) {
    const json::object* fields = module.if_object();
    const json::value* type = fields == nullptr ? nullptr : fields->if_contains("type");
    const json::value* path = fields == nullptr ? nullptr : fields->if_contains("path");
    if (type == nullptr || !type->is_string() || path == nullptr || !path->is_string()) {
      modules.fail("has a module without type or path");
    }
    const std::string full(type->get_string());
    const std::string name = full.substr(full.rfind('.') + 1);
    if (name == "Transformer" && path->get_string().empty()) {
      transformer = true;
    } else if (name == "Pooling") {
      prompt_counts = check_pooling(folder, std::string(path->get_string()));
      pooled = true;
    } else if (name != "Normalize") {
      unsupported("module " + name);
    }
  }
  if (!transformer || !pooled) unsupported("modules.json names no transformer or no pooling");
  return prompt_counts;
}

void read_prompts(const std::filesystem::path& folder, ModelConfig& config) {
  const std::string name = "config_sentence_transformers.json";
  if (!std::filesystem::exists(folder / name)) return;
  const SettingsFile file(folder, name);
  const json::value* prompts = file.find("prompts");
  if (prompts == nullptr || prompts->is_null()) return;
  if (!prompts->is_object()) file.fail("has prompts that are no object");
  const auto prompt = [&](std::string_view key) {
    const json::value* text = prompts->get_object().if_contains(key);
    if (text == nullptr || text->is_null()) return std::string();
    if (!text->is_string() || text->get_string().size() > kMaxPromptBytes) {
      file.fail("has no short text for the prompt " + std::string(key));
    }
    return std::string(text->get_string());
  };
  config.query_prompt = prompt("query");
  // Names that sentence-transformers looks for, in its order.
  for (const std::string_view key : {"document", "passage", "corpus"}) {
    if (config.document_prompt.empty()) config.document_prompt = prompt(key);
  }
}

}  // namespace

ModelConfig read_model_config(const std::filesystem::path& folder) {
  const bool prompt_counts = check_modules(folder);
  const SettingsFile file(folder, "config.json");
  if (const std::string type = file.text("model_type", "bert"); type != "bert") {
    unsupported("model_type \"" + type + "\"");
  }
  if (file.text("position_embedding_type", "absolute") != "absolute") {
    unsupported("positions that are not absolute");
  }
  ModelConfig config;
  config.vocabulary = file.size("vocab_size", 10'000'000);
  config.hidden = file.size("hidden_size", 16'384);
  config.layers = file.size("num_hidden_layers", 256);
  config.heads = file.size("num_attention_heads", 1'024);
  config.intermediate = file.size("intermediate_size", 65'536);
  config.positions = file.size("max_position_embeddings", 65'536);
  config.token_types = file.size("type_vocab_size", 1'024, 2);
  config.activation = read_activation(file.text("hidden_act", "gelu"));
  if (config.hidden % config.heads != 0) {
    file.fail("has a hidden_size that is no multiple of num_attention_heads");
  }
  if (const json::value* epsilon = file.find("layer_norm_eps"); epsilon != nullptr) {
    json::error_code code;
    config.layer_norm_epsilon = static_cast<float>(epsilon->to_number<double>(code));
    if (code || !(config.layer_norm_epsilon > 0) || config.layer_norm_epsilon > 1) {
      file.fail("has layer_norm_eps outside (0, 1]");
    }
  }
  const SettingsFile sentence(folder, "sentence_bert_config.json");
  const size_t wanted = sentence.size("max_seq_length", 1'000'000'000, config.positions);
  config.max_tokens = std::min(wanted, config.positions);
  if (config.max_tokens < 2) unsupported("a max_seq_length below 2");
  read_prompts(folder, config);
  if (!prompt_counts && !(config.query_prompt.empty() && config.document_prompt.empty())) {
    unsupported("prompts that are left out of the mean");
  }
  return config;
}

bool is_multilingual(const std::filesystem::path& folder) { return SentencePiece::is_in(folder); }

}  // namespace anireco
