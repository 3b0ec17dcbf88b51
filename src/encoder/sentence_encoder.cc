#include "encoder/sentence_encoder.h"

#include <algorithm>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "encoder/bert_model.h"
#include "encoder/low_rank_adapter.h"
#include "encoder/model_config.h"
#include "encoder/model_fingerprint.h"
#include "encoder/projection_head.h"
#include "encoder/safetensors.h"
#include "tensor/pooling.h"
#include "text/tokenizer.h"

namespace anireco {
namespace {

// Tokens of one pass. Speed is flat between 256 and 1,024 tokens, memory is not.
constexpr size_t kPassTokens = 512;
constexpr size_t kMaxTeam = 8;

std::optional<LowRankAdapter> open_adapter(const std::filesystem::path& folder, size_t layers,
                                           const std::string& fingerprint) {
  if (folder.empty()) return std::nullopt;
  LowRankAdapter adapter = LowRankAdapter::open(folder);
  if (!adapter.base_fingerprint().empty() && adapter.base_fingerprint() != fingerprint) {
    throw Error(ErrorKind::invalid_argument,
                "The adapter of requests was trained on another model: name the one that belongs "
                "to this model, or none, by --query-adapter.");
  }
  std::vector<std::string> matrices;
  for (size_t layer = 0; layer < layers; ++layer) {
    for (const char* matrix : kLayerMatrices) {
      matrices.push_back("encoder.layer." + std::to_string(layer) + "." + matrix);
    }
  }
  adapter.check_all_used(matrices);
  return adapter;
}

size_t machine_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace

class SentenceEncoder::Model {
 public:
  Model(const std::filesystem::path& folder, const SentenceEncoderOptions& options)
      : config_(read_model_config(folder)),
        weights_(Safetensors::open(folder / "model.safetensors")),
        numbers_(layer_numbers(options.precision)),
        prompt_(options.role == EncoderRole::queries ? config_.query_prompt
                                                     : config_.document_prompt) {
    const size_t team = options.max_team_size == 0 ? machine_threads() : options.max_team_size;
    auto tokenizer = std::async(std::launch::async, [&] { return load_tokenizer(folder); });
    fingerprint_ =
        model_fingerprint(folder, weights_.bytes(), config_.document_prompt, machine_threads());
    const std::optional<LowRankAdapter> adapter =
        open_adapter(options.adapter, config_.layers, fingerprint_);
    bert_.emplace(EncoderWeights(weights_, adapter ? &*adapter : nullptr), config_, numbers_,
                  std::clamp<size_t>(team, 1, kMaxTeam), machine_threads());
    // What was packed or hashed is not needed again, but for the rows of words in use.
    weights_.release_pages();
    const std::filesystem::path head = folder / "projection.safetensors";
    if (std::filesystem::exists(head)) head_.emplace(Safetensors::open(head), config_.hidden);
    tokenizer_ = tokenizer.get();
    for (const std::string& prompt : {config_.query_prompt, config_.document_prompt}) {
      if (!prompt.empty() &&
          2 * tokenizer_->encode(prompt, config_.max_tokens).size() > config_.max_tokens) {
        throw Error(ErrorKind::invalid_argument,
                    "A prompt of the model takes more than half of the tokens that a text has.");
      }
    }
    if (static_cast<size_t>(tokenizer_->vocabulary_size()) > config_.vocabulary) {
      throw Error(ErrorKind::corrupt,
                  "The model's tokenizer knows more words than its weights have rows.");
    }
  }

  const ModelConfig& config() const { return config_; }
  EncoderPrecision precision() const {
    return numbers_.feed_forward_int8          ? EncoderPrecision::int8
           : numbers_.type == NumberType::bf16 ? EncoderPrecision::bf16
                                               : EncoderPrecision::fp32;
  }
  const std::string& fingerprint() const { return fingerprint_; }
  size_t dimension() const { return head_ ? head_->dimension() : config_.hidden; }

  Tokens tokenize(std::string_view text) const {
    if (prompt_.empty()) return tokenizer_->encode(text, config_.max_tokens);
    return tokenizer_->encode(prompt_ + std::string(text), config_.max_tokens);
  }

  void encode(std::span<const Tokens> sequences, std::span<float> out, ThreadTeam* team) const {
    check(sequences, out);
    std::unique_ptr<Workspace> workspace = borrow();
    PackedBatch& batch = workspace->batch;
    size_t first = 0;
    while (first < sequences.size()) {
      batch.clear();
      size_t end = first;
      do {
        batch.add(sequences[end++]);
      } while (end < sequences.size() && batch.rows() + sequences[end].size() <= kPassTokens);
      encode_pass(*workspace, out.subspan(first * dimension(), (end - first) * dimension()), team);
      first = end;
    }
    give_back(std::move(workspace));
  }

 private:
  struct Workspace {
    BertWorkspace bert;
    PackedBatch batch;
    std::vector<float> pooled;
  };

  void check(std::span<const Tokens> sequences, std::span<float> out) const {
    if (out.size() != sequences.size() * dimension()) {
      throw Error(ErrorKind::invalid_argument, "The output must hold one vector a sequence.");
    }
    for (const Tokens& sequence : sequences) {
      if (sequence.empty() || sequence.size() > config_.max_tokens) {
        throw Error(ErrorKind::invalid_argument,
                    "A sequence must have 1 to " + std::to_string(config_.max_tokens) + " tokens.");
      }
      for (const int32_t token : sequence) {
        if (token < 0 || static_cast<size_t>(token) >= config_.vocabulary) {
          throw Error(ErrorKind::invalid_argument, "A token is outside the vocabulary.");
        }
      }
    }
  }

  void encode_pass(Workspace& workspace, std::span<float> out, ThreadTeam* team) const {
    const size_t n = workspace.batch.sequences();
    if (head_) {
      workspace.pooled.resize(n * config_.hidden);
      bert_->forward(workspace.batch, workspace.bert, workspace.pooled, team);
      head_->forward(workspace.pooled, n, out, workspace.bert.members.front()->matmul);
    } else {
      bert_->forward(workspace.batch, workspace.bert, out, team);
    }
    for (size_t i = 0; i < n; ++i) l2_normalize(out.data() + i * dimension(), dimension());
  }

  std::unique_ptr<Workspace> borrow() const {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Workspace>();
    std::unique_ptr<Workspace> workspace = std::move(idle_.back());
    idle_.pop_back();
    return workspace;
  }

  void give_back(std::unique_ptr<Workspace> workspace) const {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(workspace));
  }

  ModelConfig config_;
  Safetensors weights_;
  LayerNumbers numbers_;
  std::string prompt_;
  std::optional<BertModel> bert_;
  std::optional<ProjectionHead> head_;
  std::unique_ptr<const Tokenizer> tokenizer_;
  std::string fingerprint_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Workspace>> idle_;
};

std::shared_ptr<const SentenceEncoder> SentenceEncoder::load(const std::filesystem::path& folder,
                                                             SentenceEncoderOptions options) {
  return std::shared_ptr<const SentenceEncoder>(
      new SentenceEncoder(std::make_unique<const Model>(folder, options)));
}

SentenceEncoder::SentenceEncoder(std::unique_ptr<const Model> model) : model_(std::move(model)) {}
SentenceEncoder::~SentenceEncoder() = default;

size_t SentenceEncoder::dimension() const { return model_->dimension(); }

const std::string& SentenceEncoder::fingerprint() const { return model_->fingerprint(); }

TextEncoder::Tokens SentenceEncoder::tokenize(std::string_view text) const {
  return model_->tokenize(text);
}

void SentenceEncoder::encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                                    ThreadTeam* team) const {
  model_->encode(sequences, out, team);
}

EncoderPrecision SentenceEncoder::precision() const { return model_->precision(); }

size_t SentenceEncoder::max_tokens() const { return model_->config().max_tokens; }

}  // namespace anireco
