#include "encoder/bert_model.h"

#include <algorithm>

#include "encoder/parallel.h"
#include "tensor/pooling.h"

namespace anireco {
BertModel::BertModel(const EncoderWeights& weights, const ModelConfig& config, LayerNumbers numbers,
                     size_t max_parts, size_t threads)
    : config_(config), numbers_(numbers), layers_(config.layers) {
  const TensorView& words =
      weights.at("embeddings.word_embeddings.weight", {config.vocabulary, config.hidden});
  words_ = words.mapped_floats();
  if (words_.empty()) {
    owned_words_ = words.to_floats();
    words_ = owned_words_;
  }
  positions_ =
      weights.read("embeddings.position_embeddings.weight", {config.positions, config.hidden});
  positions_.resize(config.max_tokens * config.hidden);
  const std::vector<float> types =
      weights.read("embeddings.token_type_embeddings.weight", {config.token_types, config.hidden});
  for (size_t i = 0; i < positions_.size(); ++i) positions_[i] += types[i % config.hidden];
  norm_gain_ = weights.read("embeddings.LayerNorm.weight", {config.hidden});
  norm_bias_ = weights.read("embeddings.LayerNorm.bias", {config.hidden});
  parallel_for(config.layers, threads, [&](size_t i) {
    layers_[i].emplace(weights, "encoder.layer." + std::to_string(i) + ".", config, numbers,
                       max_parts);
  });
}

void BertModel::embed(const PackedBatch& batch, LayerBuffers& buffers, Share rows) const {
  const size_t hidden = config_.hidden;
  size_t sequence =
      static_cast<size_t>(std::upper_bound(batch.starts.begin(), batch.starts.end(), rows.begin) -
                          batch.starts.begin() - 1);
  for (size_t row = rows.begin; row < rows.end; ++row) {
    while (row >= batch.starts[sequence + 1]) ++sequence;
    const size_t position = row - batch.starts[sequence];
    add_rows(words_.data() + static_cast<size_t>(batch.tokens[row]) * hidden,
             positions_.data() + position * hidden, hidden, buffers.x.data() + row * hidden);
  }
  const size_t at = rows.begin * hidden;
  add_layer_norm({norm_gain_.data(), norm_bias_.data(), hidden, config_.layer_norm_epsilon},
                 rows.end - rows.begin, buffers.x.data() + at, nullptr,
                 numbers_.type == NumberType::bf16 ? buffers.narrow.data() + at : nullptr);
}

void BertModel::forward(const PackedBatch& batch, BertWorkspace& workspace, std::span<float> pooled,
                        ThreadTeam* team) const {
  const size_t count = team == nullptr ? 1 : team->size();
  if (workspace.rows < batch.rows()) {
    workspace.buffers = std::make_unique<LayerBuffers>(config_, numbers_, batch.rows());
    workspace.rows = batch.rows();
  }
  while (workspace.members.size() < count) {
    workspace.members.push_back(std::make_unique<BertWorkspace::Scratch>());
  }
  LayerBuffers& buffers = *workspace.buffers;
  const auto run = [&](size_t index) {
    BertWorkspace::Scratch& scratch = *workspace.members[index];
    const Member member{index, count, count == 1 ? nullptr : team, &scratch.matmul,
                        &scratch.attention};
    embed(batch, buffers, member.share(batch.rows()));
    member.barrier();
    for (const auto& layer : layers_) layer->forward(batch.starts, buffers, member);
    const Share sequences = member.share(batch.sequences());
    for (size_t i = sequences.begin; i < sequences.end; ++i) {
      mean_rows(buffers.x.data() + batch.starts[i] * config_.hidden,
                batch.starts[i + 1] - batch.starts[i], config_.hidden,
                pooled.data() + i * config_.hidden);
    }
  };
  if (count == 1) {
    run(0);
  } else {
    team->run(run);
  }
}

}  // namespace anireco
