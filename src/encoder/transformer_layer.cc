#include "encoder/transformer_layer.h"

#include <algorithm>
#include <array>

namespace anireco {
namespace {

// Rows of the feed-forward block in int8 at a time: what lies between its two products, 4 bytes a
// number, then fits a second-level cache of 1 MiB for up to 1,536 columns.
constexpr size_t kBlockRows = 128;

PackedLinear read_linear(const EncoderWeights& weights, const std::string& name,
                         const LinearOptions& options) {
  return {weights.matrix(name, options.out, options.in),
          weights.read(name + ".bias", {options.out}), options};
}

PackedLinear read_qkv(const EncoderWeights& weights, const std::string& prefix,
                      const LinearOptions& options) {
  std::vector<float> weight;
  std::vector<float> bias;
  weight.reserve(options.in * options.out);
  bias.reserve(options.out);
  for (const char* part : {"query", "key", "value"}) {
    const std::string name = prefix + "attention.self." + part;
    const std::vector<float> w = weights.matrix(name, options.out / 3, options.in);
    const std::vector<float> b = weights.read(name + ".bias", {options.out / 3});
    weight.insert(weight.end(), w.begin(), w.end());
    bias.insert(bias.end(), b.begin(), b.end());
  }
  return {weight, bias, options};
}

void run_linear(const PackedLinear& linear, const void* x, size_t rows, void* y,
                const Member& member) {
  if (member.count == 1) return linear.run(x, rows, y, *member.matmul);
  for (size_t part = member.index; part < linear.parts(); part += member.count) {
    linear.run_part(part, x, rows, y, *member.matmul);
  }
}

}  // namespace

LayerProducts layer_products(const ModelConfig& config, LayerNumbers numbers, size_t max_parts) {
  const NumberType type = numbers.type;
  const bool int8 = numbers.feed_forward_int8;
  return {.qkv = {.in = config.hidden,
                  .out = 3 * config.hidden,
                  .input = type,
                  .output = type,
                  .max_parts = max_parts},
          .attention_output = {.in = config.hidden,
                               .out = config.hidden,
                               .input = type,
                               .max_parts = max_parts},
          .inner = {.in = config.hidden,
                    .out = config.intermediate,
                    .input = int8 ? NumberType::u8 : type,
                    .output = int8 ? NumberType::s32 : type,
                    .activation = int8 ? Activation::none : config.activation,
                    .max_parts = max_parts},
          .outer = {.in = config.intermediate,
                    .out = config.hidden,
                    .input = int8 ? NumberType::u8 : type,
                    .output = int8 ? NumberType::s32 : NumberType::fp32,
                    .max_parts = max_parts}};
}

LayerBuffers::LayerBuffers(const ModelConfig& config, LayerNumbers numbers, size_t rows) {
  const size_t n = PackedLinear::padded_rows(rows);
  const size_t bytes = byte_size(numbers.type);
  x = AlignedBuffer<float>(n * config.hidden);
  added = AlignedBuffer<float>(n * config.hidden);
  if (numbers.type == NumberType::bf16) narrow = AlignedBuffer<bfloat16>(n * config.hidden);
  qkv = AlignedBuffer<std::byte>(n * 3 * config.hidden * bytes);
  context = AlignedBuffer<std::byte>(n * config.hidden * bytes);
  if (numbers.feed_forward_int8) {
    const size_t block = std::min(n, PackedLinear::padded_rows(kBlockRows));
    small.x = AlignedBuffer<std::uint8_t>(n * config.hidden);
    small.x_scales = AlignedBuffer<RowScale>(n);
    small.sums = AlignedBuffer<std::int32_t>(block * config.intermediate);
    small.inner = AlignedBuffer<std::uint8_t>(block * config.intermediate);
    small.scales = AlignedBuffer<RowScale>(block);
  } else {
    inner = AlignedBuffer<std::byte>(n * config.intermediate * bytes);
  }
}

TransformerLayer::TransformerLayer(const EncoderWeights& weights, const std::string& prefix,
                                   const ModelConfig& config, LayerNumbers numbers,
                                   const LayerProducts& products)
    : shape_{config.heads, config.hidden / config.heads},
      numbers_(numbers),
      activation_(config.activation),
      qkv_(read_qkv(weights, prefix, products.qkv)),
      attention_output_(
          read_linear(weights, prefix + "attention.output.dense", products.attention_output)),
      attention_norm_(read_norm(weights, prefix + "attention.output.LayerNorm", config)),
      inner_(read_linear(weights, prefix + "intermediate.dense", products.inner)),
      outer_(read_linear(weights, prefix + "output.dense", products.outer)),
      output_norm_(read_norm(weights, prefix + "output.LayerNorm", config)) {}

TransformerLayer::Norm TransformerLayer::read_norm(const EncoderWeights& weights,
                                                   const std::string& name,
                                                   const ModelConfig& config) {
  return {weights.read(name + ".weight", {config.hidden}),
          weights.read(name + ".bias", {config.hidden}), config.layer_norm_epsilon};
}

void TransformerLayer::Norm::apply(LayerBuffers& buffers, bool narrow, Share rows) const {
  const size_t dim = gain.size();
  const size_t at = rows.begin * dim;
  add_layer_norm({gain.data(), bias.data(), dim, epsilon}, rows.end - rows.begin,
                 buffers.x.data() + at, buffers.added.data() + at,
                 narrow ? buffers.narrow.data() + at : nullptr);
}

void TransformerLayer::attend_all(std::span<const size_t> starts, LayerBuffers& buffers,
                                  const Member& member) const {
  const size_t hidden = shape_.hidden();
  const Share items = member.share((starts.size() - 1) * shape_.heads);
  for (size_t item = items.begin; item < items.end; ++item) {
    const size_t sequence = item / shape_.heads;
    const size_t head = item % shape_.heads;
    const size_t row = starts[sequence];
    const size_t length = starts[sequence + 1] - row;
    const auto run = [&]<typename Number>(Number*) {
      attend(shape_, head, length,
             reinterpret_cast<const Number*>(buffers.qkv.data()) + row * 3 * hidden,
             reinterpret_cast<Number*>(buffers.context.data()) + row * hidden, *member.attention);
    };
    if (numbers_.type == NumberType::fp32) {
      run(static_cast<float*>(nullptr));
    } else {
      run(static_cast<bfloat16*>(nullptr));
    }
  }
}

void TransformerLayer::feed_forward(size_t rows, LayerBuffers& buffers,
                                    const Member& member) const {
  const void* x = numbers_.type == NumberType::bf16
                      ? static_cast<const void*>(buffers.narrow.data())
                      : buffers.x.data();
  run_linear(inner_, x, rows, buffers.inner.data(), member);
  member.barrier();
  run_linear(outer_, buffers.inner.data(), rows, buffers.added.data(), member);
}

void TransformerLayer::feed_forward_int8(size_t rows, LayerBuffers& buffers,
                                         const Member& member) const {
  LayerBuffers::EightBits& small = buffers.small;
  const size_t hidden = shape_.hidden();
  const size_t width = inner_.options().out;
  for (size_t first = 0; first < rows; first += kBlockRows) {
    const size_t n = std::min(kBlockRows, rows - first);
    run_linear(inner_, small.x.data() + first * hidden, n, small.sums.data(), member);
    member.barrier();
    const Share share = member.share(n);
    activate_and_quantize_rows(
        inner_.sum_scales(), activation_, share.end - share.begin,
        small.x_scales.data() + first + share.begin, small.sums.data() + share.begin * width,
        small.inner.data() + share.begin * width, small.scales.data() + share.begin);
    member.barrier();
    // The sums of the second product stand where their numbers will.
    float* added = buffers.added.data() + first * hidden;
    run_linear(outer_, small.inner.data(), n, added, member);
    member.barrier();
    dequantize_rows(outer_.sum_scales(), share.end - share.begin, small.scales.data() + share.begin,
                    reinterpret_cast<const std::int32_t*>(added) + share.begin * hidden,
                    added + share.begin * hidden);
  }
}

void TransformerLayer::forward(std::span<const size_t> starts, LayerBuffers& buffers,
                               const Member& member) const {
  const size_t rows = starts.back();
  const bool narrow = numbers_.type == NumberType::bf16;
  run_linear(qkv_, narrow ? static_cast<const void*>(buffers.narrow.data()) : buffers.x.data(),
             rows, buffers.qkv.data(), member);
  member.barrier();
  attend_all(starts, buffers, member);
  member.barrier();
  run_linear(attention_output_, buffers.context.data(), rows, buffers.added.data(), member);
  member.barrier();
  const Share share = member.share(rows);
  attention_norm_.apply(buffers, narrow && !numbers_.feed_forward_int8, share);
  if (numbers_.feed_forward_int8) {
    const size_t at = share.begin * shape_.hidden();
    quantize_rows(share.end - share.begin, shape_.hidden(), buffers.x.data() + at,
                  buffers.small.x.data() + at, buffers.small.x_scales.data() + share.begin);
    member.barrier();
    feed_forward_int8(rows, buffers, member);
  } else {
    member.barrier();
    feed_forward(rows, buffers, member);
  }
  member.barrier();
  output_norm_.apply(buffers, narrow, share);
  member.barrier();
}

}  // namespace anireco
