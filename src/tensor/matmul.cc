#include "tensor/matmul.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.h"
#include "tensor/aligned_buffer.h"
#include "tensor/eight_bit_weights.h"
#include "tensor/even_row_counts.h"
#include "tensor/one_openmp_thread.h"
#include "tensor/thread_team.h"

namespace anireco {
namespace {

using Dims = dnnl::memory::dims;

// Rows of the primitive that chooses the layout of the weights; the choice does not depend on it.
constexpr size_t kPackingRows = 64;
// Columns a part is a multiple of where the packed layout does not say.
constexpr size_t kPlainUnit = 64;
constexpr size_t kMaxPrimitives = 256;
// Rows of one primitive.
constexpr size_t kMaxRows = 1024;

template <typename Body>
auto translating_errors(Body body) {
  try {
    const OneOpenMpThread guard;
    return body();
  } catch (const dnnl::error& error) {
    throw Error(ErrorKind::internal, "A matrix product failed.",
                std::string("oneDNN: ") + error.what() + ", status " +
                    std::to_string(static_cast<int>(error.status)));
  }
}

dnnl::memory::data_type data_type(NumberType type) {
  switch (type) {
    case NumberType::bf16:
      return dnnl::memory::data_type::bf16;
    case NumberType::u8:
      return dnnl::memory::data_type::u8;
    case NumberType::s32:
      return dnnl::memory::data_type::s32;
    case NumberType::fp32:
      break;
  }
  return dnnl::memory::data_type::f32;
}

dnnl::memory::dim dim(size_t n) { return static_cast<dnnl::memory::dim>(n); }

dnnl::memory::desc row_major(size_t rows, size_t columns, NumberType type) {
  return {{dim(rows), dim(columns)}, data_type(type), dnnl::memory::format_tag::ab};
}

dnnl::primitive_attr attributes(Activation activation) {
  dnnl::post_ops operations;
  switch (activation) {
    case Activation::none:
      break;
    case Activation::relu:
      operations.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
      break;
    case Activation::gelu:
      operations.append_eltwise(1.0F, dnnl::algorithm::eltwise_gelu_erf, 0.0F, 0.0F);
      break;
    case Activation::gelu_tanh:
      operations.append_eltwise(1.0F, dnnl::algorithm::eltwise_gelu_tanh, 0.0F, 0.0F);
      break;
  }
  dnnl::primitive_attr result;
  result.set_post_ops(operations);
  result.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return result;
}

size_t rows_step(size_t rows) {
  const auto up = [&](size_t unit) { return (rows + unit - 1) / unit * unit; };
  return rows <= 64 ? up(8) : rows <= 256 ? up(16) : up(64);
}

dnnl::matmul::primitive_desc describe(const LinearOptions& options, size_t rows, size_t width,
                                      const dnnl::memory::desc& weights,
                                      const dnnl::engine& engine) {
  const dnnl::memory::desc x = row_major(rows, options.in, options.input);
  const dnnl::memory::desc y = row_major(rows, width, options.output);
  const dnnl::memory::desc bias = row_major(1, width, NumberType::fp32);
  const auto desc = options.input == NumberType::u8 ? dnnl::matmul::desc(x, weights, y)
                                                    : dnnl::matmul::desc(x, weights, bias, y);
  return {desc, attributes(options.activation), engine};
}

// A small general product of equal rows.
std::vector<float> plain_product(size_t rows, size_t width) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  const LinearOptions options{.in = width, .out = width};
  const dnnl::memory::desc plain(Dims{dim(width), dim(width)}, dnnl::memory::data_type::f32,
                                 dnnl::memory::format_tag::ab);
  const auto described = describe(options, rows, width, plain, engine);
  std::vector<float> x(rows * width);
  for (size_t i = 0; i < x.size(); ++i) x[i] = 1.0F / static_cast<float>(3 + i % width);
  std::vector<float> weights(width * width);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = std::sin(static_cast<float>(i));
  std::vector<float> bias(width);
  std::vector<float> y(rows * width);
  std::vector<std::byte> scratch(described.scratchpad_desc().get_size());
  dnnl::stream stream(engine);
  dnnl::matmul(described).execute(
      stream, {{DNNL_ARG_SRC, {described.src_desc(), engine, x.data()}},
               {DNNL_ARG_WEIGHTS, {plain, engine, weights.data()}},
               {DNNL_ARG_BIAS, {row_major(1, width, NumberType::fp32), engine, bias.data()}},
               {DNNL_ARG_DST, {described.dst_desc(), engine, y.data()}},
               {DNNL_ARG_SCRATCHPAD, {described.scratchpad_desc(), engine, scratch.data()}}});
  stream.wait();
  return y;
}

const EvenRowCounts& even_row_counts() {
  constexpr size_t kWidth = 64;
  static const EvenRowCounts counts(kWidth,
                                    [](size_t rows) { return plain_product(rows, kWidth); });
  return counts;
}

// Native, or emulated by oneDNN, which wants AVX-512 for it.
bool cpu_has_bf16_kernels() {
  const dnnl::cpu_isa isa = dnnl::get_effective_cpu_isa();
  return cpu_multiplies_bf16() || isa == dnnl::cpu_isa::avx512_core ||
         isa == dnnl::cpu_isa::avx512_core_vnni;
}

}  // namespace

bool cpu_multiplies_bf16() {
  switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::avx512_core_bf16:
    case dnnl::cpu_isa::avx512_core_amx:
      return true;
    default:
      return false;
  }
}

bool cpu_multiplies_int8() {
  return cpu_multiplies_bf16() || dnnl::get_effective_cpu_isa() == dnnl::cpu_isa::avx512_core_vnni;
}

// A range of the columns as oneDNN sees it: a view into the packed weights and the bias.
struct Part {
  Share columns;
  dnnl::memory::desc weights_desc;
  dnnl::memory weights;
  dnnl::memory bias;
};

struct PackedLinear::State {
  LinearOptions options;
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  AlignedBuffer<std::byte> packed;
  AlignedBuffer<float> bias;
  AlignedBuffer<float> column_scale;   // of 8-bit weights
  AlignedBuffer<float> column_offset;  // of 8-bit weights
  bool plain = false;                  // the weights have no blocked layout
  Part whole;
  std::vector<Part> parts;

  size_t computed_rows(size_t rows) const {
    return plain ? even_row_counts().round_up(rows) : rows_step(rows);
  }

  Part make_part(const dnnl::memory::desc& packed_desc, Share columns) {
    const size_t width = columns.end - columns.begin;
    dnnl::memory::desc view = packed_desc;
    if (width != options.out) {
      view = packed_desc.submemory_desc({dim(options.in), dim(width)}, {0, dim(columns.begin)});
    }
    const auto offset = static_cast<size_t>(std::exchange(view.data.offset0, 0));
    Part part{columns, view, {}, {}};
    part.weights = dnnl::memory(view, engine, packed.data() + offset * byte_size(options.input));
    part.bias =
        dnnl::memory(row_major(1, width, NumberType::fp32), engine, bias.data() + columns.begin);
    return part;
  }
};

struct MatmulContext::State {
  // Rows, in, width, input, output, activation, then what tells the weights' layout apart.
  using Key = std::tuple<size_t, size_t, size_t, NumberType, NumberType, Activation, size_t>;
  struct Compiled {
    dnnl::matmul primitive;
    dnnl::memory source;
    dnnl::memory target;
    dnnl::memory scratchpad;
    size_t scratch_bytes = 0;
  };

  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  std::map<Key, Compiled> compiled;
  AlignedBuffer<std::byte> scratch;
  AlignedBuffer<std::byte> columns;

  Compiled& find(const LinearOptions& options, size_t rows, const Part& part) {
    const size_t width = part.columns.end - part.columns.begin;
    const auto stride = static_cast<size_t>(part.weights_desc.data.format_desc.blocking.strides[0]);
    const Key key{rows,           options.in,         width, options.input,
                  options.output, options.activation, stride};
    if (const auto found = compiled.find(key); found != compiled.end()) return found->second;
    if (compiled.size() >= kMaxPrimitives) compiled.clear();
    const auto described = describe(options, rows, width, part.weights_desc, engine);
    Compiled made;
    made.primitive = dnnl::matmul(described);
    made.source = dnnl::memory(described.src_desc(), engine, nullptr);
    made.target = dnnl::memory(described.dst_desc(), engine, nullptr);
    made.scratchpad = dnnl::memory(described.scratchpad_desc(), engine, nullptr);
    made.scratch_bytes = described.scratchpad_desc().get_size();
    return compiled.emplace(key, std::move(made)).first->second;
  }

  void execute(const LinearOptions& options, size_t rows, const Part& part, const void* x,
               void* y) {
    Compiled& run = find(options, rows, part);
    if (scratch.size() < run.scratch_bytes) scratch = AlignedBuffer<std::byte>(run.scratch_bytes);
    // oneDNN has no const memory; a source is only read.
    run.source.set_data_handle(const_cast<void*>(x));
    run.target.set_data_handle(y);
    run.scratchpad.set_data_handle(scratch.data());
    const std::array<dnnl_exec_arg_t, 5> arguments = {{{DNNL_ARG_SRC, run.source.get()},
                                                       {DNNL_ARG_WEIGHTS, part.weights.get()},
                                                       {DNNL_ARG_DST, run.target.get()},
                                                       {DNNL_ARG_SCRATCHPAD, run.scratchpad.get()},
                                                       {DNNL_ARG_BIAS, part.bias.get()}}};
    // Bare sums have no bias.
    const int used = static_cast<int>(arguments.size()) - (options.input == NumberType::u8 ? 1 : 0);
    dnnl::error::wrap_c_api(
        dnnl_primitive_execute(run.primitive.get(), stream.get(), used, arguments.data()),
        "could not execute a matrix product");
  }
};

MatmulContext::MatmulContext()
    : state_(translating_errors([] { return std::make_unique<State>(); })) {}
MatmulContext::~MatmulContext() = default;
MatmulContext::MatmulContext(MatmulContext&&) noexcept = default;
MatmulContext& MatmulContext::operator=(MatmulContext&&) noexcept = default;

PackedLinear::PackedLinear(std::span<const float> weight, std::span<const float> bias,
                           const LinearOptions& options) {
  if (options.in == 0 || options.out == 0 || options.max_parts == 0 ||
      weight.size() != options.in * options.out || bias.size() != options.out) {
    throw Error(ErrorKind::invalid_argument, "The sizes of a linear layer do not fit each other.");
  }
  if (options.input == NumberType::bf16 && !cpu_has_bf16_kernels()) {
    throw Error(ErrorKind::unavailable, "This CPU cannot multiply bfloat16; use fp32.");
  }
  const bool eight_bits = options.input == NumberType::u8;
  if (options.input == NumberType::s32 || options.output == NumberType::u8 ||
      eight_bits != (options.output == NumberType::s32) ||
      (eight_bits &&
       (options.activation != Activation::none || options.in > kMaxEightBitColumns))) {
    throw Error(ErrorKind::invalid_argument,
                "The numbers of a linear layer do not fit each other.");
  }
  if (eight_bits && !cpu_multiplies_int8()) {
    throw Error(ErrorKind::unavailable,
                "This CPU does not multiply 8-bit numbers natively; use auto.");
  }
  state_ = translating_errors([&] {
    auto state = std::make_unique<State>();
    state->options = options;
    state->bias = AlignedBuffer<float>(options.out);
    std::copy(bias.begin(), bias.end(), state->bias.data());

    const Dims shape{dim(options.in), dim(options.out)};
    const auto stored = eight_bits ? dnnl::memory::data_type::s8 : data_type(options.input);
    const dnnl::memory::desc any(shape, stored, dnnl::memory::format_tag::any);
    const auto described = describe(options, kPackingRows, options.out, any, state->engine);
    const dnnl::memory::desc packed_desc = described.weights_desc();
    state->packed = AlignedBuffer<std::byte>(packed_desc.get_size());

    const void* values = weight.data();
    std::optional<EightBitWeights> small;
    if (eight_bits) {
      values = small.emplace(weight, options.in, options.out).values.data();
      state->column_scale = std::move(small->scale);
      state->column_offset = std::move(small->offset);
    }
    const dnnl::memory::desc plain_desc(
        shape, eight_bits ? dnnl::memory::data_type::s8 : dnnl::memory::data_type::f32,
        dnnl::memory::format_tag::ba);
    dnnl::memory plain(plain_desc, state->engine, const_cast<void*>(values));
    dnnl::memory packed(packed_desc, state->engine, state->packed.data());
    dnnl::stream stream(state->engine);
    dnnl::reorder(plain, packed).execute(stream, plain, packed);
    stream.wait();

    const dnnl_blocking_desc_t& blocking = packed_desc.data.format_desc.blocking;
    state->plain = blocking.inner_nblks == 0;
    if (state->plain && eight_bits) {
      throw Error(ErrorKind::internal, "oneDNN packs no 8-bit weights on this CPU.");
    }
    state->whole = state->make_part(packed_desc, {0, options.out});
    size_t unit = 1;
    for (int i = 0; i < blocking.inner_nblks; ++i) {
      if (blocking.inner_idxs[i] == 1) unit *= static_cast<size_t>(blocking.inner_blks[i]);
    }
    if (unit == 1) unit = kPlainUnit;
    // A view cannot end inside a block, as the last one would then.
    const size_t parts =
        options.out % unit == 0 ? std::min(options.max_parts, options.out / unit) : 1;
    for (size_t i = 0; i < parts; ++i) {
      state->parts.push_back(state->make_part(packed_desc, share_of(options.out, i, parts, unit)));
    }
    return state;
  });
}

PackedLinear::~PackedLinear() = default;
PackedLinear::PackedLinear(PackedLinear&&) noexcept = default;
PackedLinear& PackedLinear::operator=(PackedLinear&&) noexcept = default;

const LinearOptions& PackedLinear::options() const { return state_->options; }
size_t PackedLinear::parts() const { return state_->parts.size(); }
size_t PackedLinear::packed_bytes() const { return state_->packed.size(); }

SumScales PackedLinear::sum_scales() const {
  return {state_->options.out, state_->column_scale.data(), state_->column_offset.data(),
          state_->bias.data()};
}

size_t PackedLinear::padded_rows(size_t rows) {
  const size_t pieces = (rows + kPlainMaxRows - 1) / kPlainMaxRows;
  const size_t plain = std::min(rows + kPlainTries * kPlainStep - 1, pieces * kPlainMaxRows);
  return std::max(rows_step(rows), rows_step(plain));
}

void PackedLinear::run(const void* x, size_t rows, void* y, MatmulContext& context) const {
  const size_t most = state_->plain ? kPlainMaxRows : kMaxRows;
  const size_t in_bytes = state_->options.in * byte_size(state_->options.input);
  const size_t out_bytes = state_->options.out * byte_size(state_->options.output);
  translating_errors([&] {
    for (size_t row = 0; row < rows; row += most) {
      context.state_->execute(state_->options, state_->computed_rows(std::min(most, rows - row)),
                              state_->whole, static_cast<const std::byte*>(x) + row * in_bytes,
                              static_cast<std::byte*>(y) + row * out_bytes);
    }
  });
}

void PackedLinear::run_part(size_t part, const void* x, size_t rows, void* y,
                            MatmulContext& context) const {
  if (parts() == 1) return run(x, rows, y, context);
  const Part& columns = state_->parts[part];
  const size_t most = state_->plain ? kPlainMaxRows : kMaxRows;
  const size_t bytes = byte_size(state_->options.output);
  const size_t width = (columns.columns.end - columns.columns.begin) * bytes;
  const size_t out_bytes = state_->options.out * bytes;
  const size_t in_bytes = state_->options.in * byte_size(state_->options.input);
  AlignedBuffer<std::byte>& dense = context.state_->columns;
  const size_t needed = padded_rows(std::min(most, rows)) * width;
  if (dense.size() < needed) dense = AlignedBuffer<std::byte>(needed);
  std::byte* target = static_cast<std::byte*>(y) + columns.columns.begin * bytes;
  for (size_t first = 0; first < rows; first += most) {
    const size_t n = std::min(most, rows - first);
    translating_errors([&] {
      context.state_->execute(state_->options, state_->computed_rows(n), columns,
                              static_cast<const std::byte*>(x) + first * in_bytes, dense.data());
    });
    // The fast kernels of oneDNN 2.6 write dense rows only.
    for (size_t row = 0; row < n; ++row) {
      std::memcpy(target + (first + row) * out_bytes, dense.data() + row * width, width);
    }
  }
}

}  // namespace anireco
