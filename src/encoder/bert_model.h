#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "encoder/encoder_weights.h"
#include "encoder/model_config.h"
#include "encoder/transformer_layer.h"

namespace anireco {

/// Sequences of tokens laid end to end, without padding.
struct PackedBatch {
  std::vector<int32_t> tokens;
  std::vector<size_t> starts = {0};  ///< [sequences + 1]

  size_t sequences() const { return starts.size() - 1; }
  size_t rows() const { return tokens.size(); }
  void add(std::span<const int32_t> sequence) {
    tokens.insert(tokens.end(), sequence.begin(), sequence.end());
    starts.push_back(tokens.size());
  }
  void clear() {
    tokens.clear();
    starts.assign(1, 0);
  }
};

/// Everything a forward pass writes to: one a pass under way.
struct BertWorkspace {
  struct Scratch {
    MatmulContext matmul;
    AttentionScratch attention;
  };
  std::unique_ptr<LayerBuffers> buffers;
  size_t rows = 0;
  std::vector<std::unique_ptr<Scratch>> members;
};

/// BERT up to the mean of its token vectors. Immutable; thread-safe with one workspace a pass.
class BertModel {
 public:
  /// Packs the layers' weights, one thread a layer as far as `threads` go. Word embeddings of type
  /// F32 stay in their file, which must outlive the model. Throws Error{corrupt}.
  BertModel(const EncoderWeights& weights, const ModelConfig& config, LayerNumbers numbers,
            size_t max_parts, size_t threads);

  /// pooled: [batch.sequences(), hidden]: the mean of each sequence's token vectors.
  /// Token ids must be in the vocabulary, lengths in [1, positions].
  void forward(const PackedBatch& batch, BertWorkspace& workspace, std::span<float> pooled,
               ThreadTeam* team) const;

 private:
  void embed(const PackedBatch& batch, LayerBuffers& buffers, Share rows) const;

  ModelConfig config_;
  LayerNumbers numbers_;
  std::vector<float> owned_words_;
  std::span<const float> words_;  // [vocabulary, hidden]
  std::vector<float> positions_;  // [max_tokens, hidden], the first token type added
  std::vector<float> norm_gain_;
  std::vector<float> norm_bias_;
  std::vector<std::optional<TransformerLayer>> layers_;
};

}  // namespace anireco
