#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace anireco {

/// How numbers are stored in a matrix; sums are made in float, or of u8 in s32, which is exact.
enum class NumberType { fp32, bf16, u8, s32 };

/// Bytes of one number.
constexpr size_t byte_size(NumberType type) {
  return type == NumberType::bf16 ? 2 : type == NumberType::u8 ? 1 : 4;
}

/// True if the CPU multiplies bfloat16 natively (AVX512_BF16 or AMX) and oneDNN may use it.
bool cpu_multiplies_bf16();

/// True if the CPU multiplies 8-bit numbers natively (AVX512_VNNI or AMX) and oneDNN may use it.
bool cpu_multiplies_int8();

/// Columns of x in an 8-bit product, at most: so many of 255 times 127 are an s32.
constexpr size_t kMaxEightBitColumns = 66'311;

enum class Activation {
  none,
  relu,
  gelu,       ///< x * (1 + erf(x / sqrt 2)) / 2. Source: Hendrycks, Gimpel, arXiv 1606.08415.
  gelu_tanh,  ///< Its approximation by tanh, same source ("gelu_new").
};

/// What turns the sums of an 8-bit product into numbers: column j of a row that stands for
/// row.scale * (q - row.zero) is row.scale * (scale[j] * sum - row.zero * offset[j]) + bias[j].
struct SumScales {
  size_t out = 0;
  const float* scale = nullptr;   ///< [out], of the weights' columns.
  const float* offset = nullptr;  ///< [out], the columns' sums.
  const float* bias = nullptr;    ///< [out]
};

struct LinearOptions {
  size_t in = 0;   ///< Columns of x, >= 1.
  size_t out = 0;  ///< Columns of y, >= 1.
  /// Of x and of the packed weights: fp32, bf16, or u8 (the weights in 8 bits with a sign, a scale
  /// for each column).
  NumberType input = NumberType::fp32;
  /// Of y: fp32 or bf16; of u8 s32, the bare sums, which SumScales turns into numbers.
  NumberType output = NumberType::fp32;
  Activation activation = Activation::none;  ///< None of u8.
  /// Parts that y's columns are split into for run_part(), at most; >= 1.
  size_t max_parts = 1;
};

/// What one thread needs to run any number of PackedLinear: a oneDNN stream, scratch memory and a
/// bounded set of compiled primitives (by shape and rounded-up row count). Not thread-safe: one a
/// thread. Primitives are also shared process-wide by oneDNN's own bounded cache.
class MatmulContext {
 public:
  MatmulContext();
  ~MatmulContext();
  MatmulContext(MatmulContext&&) noexcept;
  MatmulContext& operator=(MatmulContext&&) noexcept;

 private:
  friend class PackedLinear;
  struct State;
  std::unique_ptr<State> state_;
};

/// y = activation(x * transpose(weight) + bias), with the weights stored once, in the layout and
/// precision that oneDNN wants on this CPU. A row of y depends on its row of x alone: the same
/// bytes come out whatever the number of rows, and whether by run() or by parts. Each call computes
/// on the calling thread only. Thread-safe with one MatmulContext a thread.
class PackedLinear {
 public:
  /// weight: [out, in] row-major, bias: [out]; both may be dropped afterwards.
  /// Throws Error{invalid_argument} on sizes or types that do not fit, Error{unavailable} if the
  /// input is to be bf16 and the CPU has no AVX-512, or u8 and it does not multiply that,
  /// Error{internal} if oneDNN refuses.
  PackedLinear(std::span<const float> weight, std::span<const float> bias,
               const LinearOptions& options);
  ~PackedLinear();
  PackedLinear(PackedLinear&&) noexcept;
  PackedLinear& operator=(PackedLinear&&) noexcept;

  const LinearOptions& options() const;
  /// In [1, max_parts]: parts that run_part() knows.
  size_t parts() const;
  /// Bytes of the packed weights.
  size_t packed_bytes() const;
  /// Of an 8-bit product; points into this object.
  SumScales sum_scales() const;

  /// Rows that x and y must have room for when `rows` are wanted: the count is rounded up, so that
  /// few primitives serve all. The additional rows may hold anything, and get anything.
  static size_t padded_rows(size_t rows);

  /// x: [padded_rows(rows), in], y: [padded_rows(rows), out], row-major, 64-byte aligned.
  void run(const void* x, size_t rows, void* y, MatmulContext& context) const;

  /// Computes one part of y's columns for the first `rows` rows and leaves the others alone.
  void run_part(size_t part, const void* x, size_t rows, void* y, MatmulContext& context) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace anireco
