#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

/// For tests only: a BERT of toy size with random weights, written as a sentence-transformers
/// folder and computed again by naive loops in double.
namespace anireco::tiny {

struct Sizes {
  size_t hidden = 48;
  size_t heads = 4;
  size_t layers = 2;
  size_t intermediate = 96;
  size_t positions = 40;
  size_t max_tokens = 32;
  size_t head_width = 0;            ///< Width of the projection head; 0 for none.
  size_t dimension = 0;             ///< Dimension behind the head.
  std::string prefix{};             ///< "" or "bert."
  std::string activation = "gelu";  ///< Another is for the program only: encode() has GELU.
};

struct Tensor {
  std::vector<size_t> shape;
  std::vector<float> values;
};

using Tensors = std::map<std::string, Tensor>;

inline const std::vector<std::string>& vocabulary() {
  static const std::vector<std::string> words = {
      "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a",    "quiet", "show",  "about",
      "the",   "sea",   "night", "cat",   "moon",   "##s",  "tower", "robot", "dream",
      "and",   "of",    "in",    "rain",  "train",  "song", "blue",  ",",     "."};
  return words;
}

/// A folder of this name for files of a test, without what an earlier run left; not made yet.
inline std::filesystem::path new_folder(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / name;
  std::filesystem::remove_all(folder);
  return folder;
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline void write_safetensors(const std::filesystem::path& path, const Tensors& tensors) {
  std::ostringstream header;
  std::string data;
  header << '{';
  for (const auto& [name, tensor] : tensors) {
    if (!data.empty()) header << ',';
    header << '"' << name << R"(":{"dtype":"F32","shape":[)";
    for (size_t i = 0; i < tensor.shape.size(); ++i) header << (i ? "," : "") << tensor.shape[i];
    header << R"(],"data_offsets":[)" << data.size() << ',';
    data.append(reinterpret_cast<const char*>(tensor.values.data()), tensor.values.size() * 4);
    header << data.size() << "]}";
  }
  header << '}';
  std::string text = header.str();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const uint64_t length = text.size();
  write_text(path, std::string(reinterpret_cast<const char*>(&length), 8) + text + data);
}

class Model {
 public:
  explicit Model(Sizes sizes) : sizes_(std::move(sizes)) {
    const size_t h = sizes_.hidden;
    const std::string e = sizes_.prefix + "embeddings.";
    add(e + "word_embeddings.weight", {vocabulary().size(), h}, 1);
    add(e + "position_embeddings.weight", {sizes_.positions, h}, 0.3F);
    add(e + "token_type_embeddings.weight", {2, h}, 0.3F);
    add_norm(e + "LayerNorm", h);
    for (size_t i = 0; i < sizes_.layers; ++i) {
      const std::string p = sizes_.prefix + "encoder.layer." + std::to_string(i) + ".";
      for (const char* name : {"query", "key", "value"}) {
        add_linear(p + "attention.self." + name, h, h);
      }
      add_linear(p + "attention.output.dense", h, h);
      add_norm(p + "attention.output.LayerNorm", h);
      add_linear(p + "intermediate.dense", h, sizes_.intermediate);
      add_linear(p + "output.dense", sizes_.intermediate, h);
      add_norm(p + "output.LayerNorm", h);
    }
    if (sizes_.head_width == 0) return;
    add_linear("fc1", h, sizes_.head_width, head_);
    add_norm("bn", sizes_.head_width, head_);
    add("bn.running_mean", {sizes_.head_width}, 0.2F, head_);
    Tensor& variance = add("bn.running_var", {sizes_.head_width}, 0.5F, head_);
    for (float& v : variance.values) v = 0.2F + v * v;
    add_linear("fc2", sizes_.head_width, sizes_.dimension, head_);
  }

  Tensors& tensors() { return tensors_; }

  void write(const std::filesystem::path& folder) const {
    std::ostringstream config;
    config << R"({"model_type":"bert","hidden_act":")" << sizes_.activation
           << R"(","layer_norm_eps":1e-12,"vocab_size":)" << vocabulary().size()
           << R"(,"hidden_size":)" << sizes_.hidden << R"(,"num_hidden_layers":)" << sizes_.layers
           << R"(,"num_attention_heads":)" << sizes_.heads << R"(,"intermediate_size":)"
           << sizes_.intermediate << R"(,"max_position_embeddings":)" << sizes_.positions
           << R"(,"type_vocab_size":2})";
    write_text(folder / "config.json", config.str());
    write_text(folder / "sentence_bert_config.json",
               "{\"max_seq_length\":" + std::to_string(sizes_.max_tokens) + "}");
    write_text(folder / "modules.json",
               R"([{"type":"sentence_transformers.models.Transformer","path":""},)"
               R"({"type":"sentence_transformers.models.Pooling","path":"1_Pooling"},)"
               R"({"type":"sentence_transformers.models.Normalize","path":"2_Normalize"}])");
    write_text(folder / "1_Pooling/config.json", R"({"pooling_mode_mean_tokens":true})");
    write_text(folder / "tokenizer_config.json", R"({"do_lower_case":true})");
    std::string words;
    for (const std::string& word : vocabulary()) words += word + "\n";
    write_text(folder / "vocab.txt", words);
    write_safetensors(folder / "model.safetensors", tensors_);
    if (!head_.empty()) write_safetensors(folder / "projection.safetensors", head_);
  }

  /// The vector of one sequence, by naive loops.
  std::vector<double> encode(const std::vector<int32_t>& tokens) const {
    const size_t h = sizes_.hidden;
    const std::string e = sizes_.prefix + "embeddings.";
    std::vector<std::vector<double>> x;
    for (size_t i = 0; i < tokens.size(); ++i) {
      std::vector<double> row(h);
      for (size_t c = 0; c < h; ++c) {
        row[c] = value(e + "word_embeddings.weight", static_cast<size_t>(tokens[i]) * h + c) +
                 value(e + "position_embeddings.weight", i * h + c) +
                 value(e + "token_type_embeddings.weight", c);
      }
      x.push_back(norm(e + "LayerNorm", row));
    }
    for (size_t i = 0; i < sizes_.layers; ++i) {
      layer(sizes_.prefix + "encoder.layer." + std::to_string(i) + ".", x);
    }
    std::vector<double> mean(h);
    for (const auto& row : x) {
      for (size_t c = 0; c < h; ++c) mean[c] += row[c] / static_cast<double>(x.size());
    }
    if (sizes_.head_width != 0) mean = project(mean);
    double square = 0;
    for (const double v : mean) square += v * v;
    for (double& v : mean) v /= std::sqrt(square);
    return mean;
  }

 private:
  using Row = std::vector<double>;

  Tensor& add(const std::string& name, std::vector<size_t> shape, float scale) {
    return add(name, std::move(shape), scale, tensors_);
  }
  Tensor& add(const std::string& name, std::vector<size_t> shape, float scale, Tensors& to) {
    size_t n = 1;
    for (const size_t length : shape) n *= length;
    std::normal_distribution<float> normal(0, scale);
    Tensor& tensor = to[name];
    tensor.shape = std::move(shape);
    for (size_t i = 0; i < n; ++i) tensor.values.push_back(normal(random_));
    return tensor;
  }
  void add_linear(const std::string& name, size_t in, size_t out) {
    add_linear(name, in, out, tensors_);
  }
  void add_linear(const std::string& name, size_t in, size_t out, Tensors& to) {
    add(name + ".weight", {out, in}, 1.0F / std::sqrt(static_cast<float>(in)), to);
    add(name + ".bias", {out}, 0.1F, to);
  }
  void add_norm(const std::string& name, size_t n) { add_norm(name, n, tensors_); }
  void add_norm(const std::string& name, size_t n, Tensors& to) {
    for (float& v : add(name + ".weight", {n}, 0.1F, to).values) v += 1;
    add(name + ".bias", {n}, 0.1F, to);
  }

  const Tensor& find(const std::string& name) const {
    const auto found = tensors_.find(name);
    return found != tensors_.end() ? found->second : head_.at(name);
  }
  double value(const std::string& name, size_t i) const { return double{find(name).values[i]}; }

  Row linear(const std::string& name, const Row& x) const {
    const Tensor& weight = find(name + ".weight");
    Row y(weight.shape[0]);
    for (size_t o = 0; o < y.size(); ++o) {
      y[o] = value(name + ".bias", o);
      for (size_t i = 0; i < x.size(); ++i) y[o] += double{weight.values[o * x.size() + i]} * x[i];
    }
    return y;
  }

  Row norm(const std::string& name, const Row& x) const {
    const auto n = static_cast<double>(x.size());
    double mean = 0;
    double variance = 0;
    for (const double v : x) mean += v / n;
    for (const double v : x) variance += (v - mean) * (v - mean) / n;
    Row y(x.size());
    for (size_t i = 0; i < x.size(); ++i) {
      y[i] = (x[i] - mean) / std::sqrt(variance + 1e-12) * value(name + ".weight", i) +
             value(name + ".bias", i);
    }
    return y;
  }

  static void accumulate(Row& x, const Row& y) {
    for (size_t i = 0; i < x.size(); ++i) x[i] += y[i];
  }

  void layer(const std::string& p, std::vector<Row>& x) const {
    const size_t length = x.size();
    const size_t dim = sizes_.hidden / sizes_.heads;
    std::vector<Row> q, k, v;
    for (const Row& row : x) {
      q.push_back(linear(p + "attention.self.query", row));
      k.push_back(linear(p + "attention.self.key", row));
      v.push_back(linear(p + "attention.self.value", row));
    }
    for (size_t i = 0; i < length; ++i) {
      Row context(sizes_.hidden);
      for (size_t head = 0; head < sizes_.heads; ++head) {
        Row weights(length);
        double sum = 0;
        for (size_t j = 0; j < length; ++j) {
          double score = 0;
          for (size_t c = head * dim; c < (head + 1) * dim; ++c) score += q[i][c] * k[j][c];
          weights[j] = std::exp(score / std::sqrt(static_cast<double>(dim)));
          sum += weights[j];
        }
        for (size_t j = 0; j < length; ++j) {
          for (size_t c = head * dim; c < (head + 1) * dim; ++c) {
            context[c] += weights[j] / sum * v[j][c];
          }
        }
      }
      accumulate(x[i], linear(p + "attention.output.dense", context));
      x[i] = norm(p + "attention.output.LayerNorm", x[i]);
      Row inner = linear(p + "intermediate.dense", x[i]);
      for (double& u : inner) u = 0.5 * u * (1 + std::erf(u / std::sqrt(2.0)));
      accumulate(x[i], linear(p + "output.dense", inner));
      x[i] = norm(p + "output.LayerNorm", x[i]);
    }
  }

  Row project(const Row& x) const {
    Row y = linear("fc1", x);
    for (size_t i = 0; i < y.size(); ++i) {
      y[i] = (y[i] - value("bn.running_mean", i)) / std::sqrt(value("bn.running_var", i) + 1e-5) *
                 value("bn.weight", i) +
             value("bn.bias", i);
      y[i] = std::max(y[i], 0.0);
    }
    return linear("fc2", y);
  }

  Sizes sizes_;
  std::mt19937 random_{11};
  Tensors tensors_;
  Tensors head_;
};

}  // namespace anireco::tiny
