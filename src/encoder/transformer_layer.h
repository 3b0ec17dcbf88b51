#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "encoder/encoder_precision.h"
#include "encoder/encoder_weights.h"
#include "encoder/model_config.h"
#include "tensor/aligned_buffer.h"
#include "tensor/attention.h"
#include "tensor/layer_norm.h"
#include "tensor/matmul.h"
#include "tensor/quantize.h"
#include "tensor/thread_team.h"

namespace anireco {

/// One thread's part in a forward pass: which member it is, of how many, and its own scratch.
struct Member {
  size_t index = 0;
  size_t count = 1;
  ThreadTeam* team = nullptr;  ///< Null when count is 1.
  MatmulContext* matmul = nullptr;
  AttentionScratch* attention = nullptr;

  void barrier() const {
    if (team != nullptr) team->barrier();
  }
  Share share(size_t n) const { return share_of(n, index, count); }
};

/// The matrix products of one layer.
struct LayerProducts {
  LinearOptions qkv;  ///< Queries, keys and values are one product.
  LinearOptions attention_output;
  LinearOptions inner;
  LinearOptions outer;
};
LayerProducts layer_products(const ModelConfig& config, LayerNumbers numbers, size_t max_parts);

/// Matrices that the layers work in, for up to `rows` tokens; shared by the members of a team.
struct LayerBuffers {
  LayerBuffers(const ModelConfig& config, LayerNumbers numbers, size_t rows);

  AlignedBuffer<float> x;            ///< [rows, hidden], the token vectors.
  AlignedBuffer<float> added;        ///< [rows, hidden], what a block adds to them.
  AlignedBuffer<bfloat16> narrow;    ///< [rows, hidden], x in bf16; unused in fp32.
  AlignedBuffer<std::byte> qkv;      ///< [rows, 3 * hidden] in the model's type.
  AlignedBuffer<std::byte> context;  ///< [rows, hidden] in the model's type.
  AlignedBuffer<std::byte> inner;    ///< [rows, intermediate] in the model's type; unused in int8.

  /// Of the feed-forward block in int8, which is run for so many rows at a time (`block`: 128, or
  /// all where they are fewer, rounded up).
  struct EightBits {
    AlignedBuffer<std::uint8_t> x;      ///< [rows, hidden]
    AlignedBuffer<RowScale> x_scales;   ///< [rows]
    AlignedBuffer<std::int32_t> sums;   ///< [block, intermediate]
    AlignedBuffer<std::uint8_t> inner;  ///< [block, intermediate]
    AlignedBuffer<RowScale> scales;     ///< [block], of inner.
  } small;
};

/// One layer of BERT: attention and feed-forward, each added to its input and normalised after.
/// Immutable; thread-safe. Source: Devlin et al., NAACL 2019; Vaswani et al., arXiv 1706.03762.
class TransformerLayer {
 public:
  /// prefix: of the tensors' names, such as "encoder.layer.0.". Throws Error{corrupt}.
  TransformerLayer(const EncoderWeights& weights, const std::string& prefix,
                   const ModelConfig& config, LayerNumbers numbers, size_t max_parts)
      : TransformerLayer(weights, prefix, config, numbers,
                         layer_products(config, numbers, max_parts)) {}

  /// Transforms x (and narrow) in place. starts: [sequences + 1], first row of each sequence and
  /// the number of rows. Every member of a team calls it with the same arguments but its own
  /// `member`.
  void forward(std::span<const size_t> starts, LayerBuffers& buffers, const Member& member) const;

 private:
  TransformerLayer(const EncoderWeights& weights, const std::string& prefix,
                   const ModelConfig& config, LayerNumbers numbers, const LayerProducts& products);

  struct Norm {
    std::vector<float> gain;
    std::vector<float> bias;
    float epsilon;
    /// narrow: whether x is wanted in bf16 too.
    void apply(LayerBuffers& buffers, bool narrow, Share rows) const;
  };
  static Norm read_norm(const EncoderWeights& weights, const std::string& name,
                        const ModelConfig& config);
  void attend_all(std::span<const size_t> starts, LayerBuffers& buffers,
                  const Member& member) const;
  void feed_forward(size_t rows, LayerBuffers& buffers, const Member& member) const;
  void feed_forward_int8(size_t rows, LayerBuffers& buffers, const Member& member) const;

  AttentionShape shape_;
  LayerNumbers numbers_;
  Activation activation_;
  PackedLinear qkv_;
  PackedLinear attention_output_;
  Norm attention_norm_;
  PackedLinear inner_;
  PackedLinear outer_;
  Norm output_norm_;
};

}  // namespace anireco
