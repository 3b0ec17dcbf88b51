#include "tensor/matmul.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "base/error.h"
#include "tensor/aligned_buffer.h"
#include "tensor/bfloat16.h"
#include "tensor/eight_bit_weights.h"
#include "tensor/naive_activation.h"

namespace anireco {
namespace {

struct Case {
  LinearOptions options;
  std::vector<float> weight;
  std::vector<float> bias;
};

Case make_case(const LinearOptions& options) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  Case made{options, std::vector<float>(options.in * options.out), std::vector<float>(options.out)};
  const float scale = 1.0F / std::sqrt(static_cast<float>(options.in));
  for (float& w : made.weight) w = normal(random) * scale;
  for (float& b : made.bias) b = normal(random);
  return made;
}

// Rows of x that depend on their number only, so that batches of different sizes share rows.
AlignedBuffer<std::byte> make_rows(const LinearOptions& options, size_t rows) {
  const size_t n = PackedLinear::padded_rows(rows) * options.in;
  AlignedBuffer<std::byte> bytes(n * byte_size(options.input));
  for (size_t row = 0; row < rows; ++row) {
    std::mt19937 random(static_cast<unsigned>(row));
    std::normal_distribution<float> normal;
    for (size_t i = row * options.in; i < (row + 1) * options.in; ++i) {
      const float value = normal(random);
      if (options.input == NumberType::fp32) {
        reinterpret_cast<float*>(bytes.data())[i] = value;
      } else {
        reinterpret_cast<bfloat16*>(bytes.data())[i] = to_bfloat16(value);
      }
    }
  }
  return bytes;
}

float number(const AlignedBuffer<std::byte>& matrix, NumberType type, size_t i) {
  return type == NumberType::fp32 ? reinterpret_cast<const float*>(matrix.data())[i]
                                  : to_float(reinterpret_cast<const bfloat16*>(matrix.data())[i]);
}

AlignedBuffer<std::byte> run(const PackedLinear& linear, const AlignedBuffer<std::byte>& x,
                             size_t rows, bool by_parts) {
  MatmulContext context;
  const LinearOptions& options = linear.options();
  AlignedBuffer<std::byte> y(PackedLinear::padded_rows(rows) * options.out *
                             byte_size(options.output));
  if (by_parts) {
    for (size_t part = 0; part < linear.parts(); ++part) {
      linear.run_part(part, x.data(), rows, y.data(), context);
    }
  } else {
    linear.run(x.data(), rows, y.data(), context);
  }
  return y;
}

class LinearTest : public testing::TestWithParam<LinearOptions> {
 protected:
  void SetUp() override {
    if (GetParam().input == NumberType::fp32) return;
    try {
      const PackedLinear tiny(std::vector<float>(1), std::vector<float>(1),
                              {.in = 1, .out = 1, .input = NumberType::bf16});
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::unavailable);
      GTEST_SKIP() << error.what();
    }
  }
};

TEST_P(LinearTest, AgreesWithANaiveLoop) {
  const Case made = make_case(GetParam());
  const LinearOptions& options = made.options;
  const PackedLinear linear(made.weight, made.bias, options);
  const size_t rows = 13;
  const AlignedBuffer<std::byte> x = make_rows(options, rows);
  const AlignedBuffer<std::byte> y = run(linear, x, rows, false);
  const bool narrow = options.input == NumberType::bf16;
  const double tolerance = narrow ? 0.02 : (options.activation == Activation::none ? 1e-5 : 1e-4);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < options.out; ++column) {
      double sum = made.bias[column];
      for (size_t i = 0; i < options.in; ++i) {
        sum += double{number(x, options.input, row * options.in + i)} *
               double{made.weight[column * options.in + i]};
      }
      const double expected = naive_activation(options.activation, sum);
      const double got = number(y, options.output, row * options.out + column);
      ASSERT_NEAR(got, expected, tolerance * (1 + std::abs(expected)))
          << "row " << row << " column " << column;
    }
  }
}

TEST_P(LinearTest, GivesARowTheSameBytesInEveryBatchAndByParts) {
  const Case made = make_case(GetParam());
  const LinearOptions& options = made.options;
  const PackedLinear linear(made.weight, made.bias, options);
  const size_t most = 300;
  const AlignedBuffer<std::byte> x = make_rows(options, most);
  const AlignedBuffer<std::byte> whole = run(linear, x, most, false);
  const size_t row_bytes = options.out * byte_size(options.output);
  for (const size_t rows : {1U, 2U, 7U, 8U, 9U, 16U, 24U, 33U, 64U, 65U, 129U, 300U}) {
    for (const bool by_parts : {false, true}) {
      const AlignedBuffer<std::byte> y = run(linear, x, rows, by_parts);
      ASSERT_EQ(std::memcmp(y.data(), whole.data(), rows * row_bytes), 0)
          << rows << " rows, by parts: " << by_parts;
    }
  }
  const size_t every = std::min<size_t>(most, 8'000'000 / (options.in * options.out));
  for (size_t rows = 1; rows <= every; ++rows) {
    const AlignedBuffer<std::byte> y = run(linear, x, rows, false);
    ASSERT_EQ(std::memcmp(y.data(), whole.data(), rows * row_bytes), 0) << rows << " rows";
  }
  // The same row further down in a batch.
  AlignedBuffer<std::byte> shifted(x.size());
  const size_t in_bytes = options.in * byte_size(options.input);
  std::memcpy(shifted.data() + 5 * in_bytes, x.data(), 100 * in_bytes);
  const AlignedBuffer<std::byte> y = run(linear, shifted, 105, false);
  EXPECT_EQ(std::memcmp(y.data() + 5 * row_bytes, whole.data(), 100 * row_bytes), 0);
}

constexpr NumberType kFp32 = NumberType::fp32;
constexpr NumberType kBf16 = NumberType::bf16;

INSTANTIATE_TEST_SUITE_P(
    Shapes, LinearTest,
    testing::Values(LinearOptions{384, 1152, kFp32, kFp32, Activation::none, 2},
                    LinearOptions{384, 1152, kBf16, kBf16, Activation::none, 2},
                    LinearOptions{384, 384, kFp32, kFp32, Activation::none, 4},
                    LinearOptions{384, 384, kBf16, kFp32, Activation::none, 5},
                    LinearOptions{384, 1536, kFp32, kFp32, Activation::gelu, 2},
                    LinearOptions{384, 1536, kBf16, kBf16, Activation::gelu, 3},
                    LinearOptions{1536, 384, kFp32, kFp32, Activation::none, 2},
                    LinearOptions{1536, 384, kBf16, kFp32, Activation::none, 2},
                    LinearOptions{312, 1200, kFp32, kFp32, Activation::gelu_tanh, 2},
                    LinearOptions{312, 1200, kBf16, kBf16, Activation::gelu_tanh, 2},
                    LinearOptions{37, 51, kFp32, kFp32, Activation::relu, 2},
                    LinearOptions{37, 51, kBf16, kFp32, Activation::relu, 2}));

std::int32_t sum_at(const AlignedBuffer<std::byte>& y, size_t i) {
  return reinterpret_cast<const std::int32_t*>(y.data())[i];
}

TEST(EightBitLinear, GivesExactSumsAndTheScalesThatMakeThemNumbers) {
  if (!cpu_multiplies_int8()) GTEST_SKIP() << "this CPU does not multiply 8-bit numbers";
  for (const auto& [in, out] : {std::pair<size_t, size_t>{384, 1536}, {1536, 384}, {37, 51}}) {
    const Case made = make_case(
        {.in = in, .out = out, .input = NumberType::u8, .output = NumberType::s32, .max_parts = 3});
    const PackedLinear linear(made.weight, made.bias, made.options);
    const SumScales scales = linear.sum_scales();
    ASSERT_EQ(scales.out, out);
    const size_t most = 300;
    AlignedBuffer<std::byte> x(PackedLinear::padded_rows(most) * in);
    std::mt19937 random(3);
    // The first row is the greatest there is: no sum may be cut off.
    for (size_t i = 0; i < most * in; ++i) x[i] = std::byte(i < in ? 255 : random() % 256);
    const AlignedBuffer<std::byte> whole = run(linear, x, most, false);
    const double zero = 17;
    for (const size_t row : {0U, 1U, 12U}) {
      for (size_t column = 0; column < out; ++column) {
        const float* weight = made.weight.data() + column * in;
        float greatest = 0;
        for (size_t i = 0; i < in; ++i) greatest = std::max(greatest, std::abs(weight[i]));
        ASSERT_FLOAT_EQ(scales.scale[column], greatest / 127);
        std::int32_t expected = 0;
        double number = made.bias[column];
        for (size_t i = 0; i < in; ++i) {
          const int q = static_cast<int>(x[row * in + i]);
          expected += q * static_cast<int>(std::nearbyint(weight[i] / scales.scale[column]));
          number += (q - zero) * double{weight[i]};
        }
        const std::int32_t got = sum_at(whole, row * out + column);
        ASSERT_EQ(got, expected) << "row " << row << " column " << column;
        // Half a step of the weights for each number of the row, which go either way.
        const double step = double{scales.scale[column]} * 255;
        ASSERT_NEAR(double{scales.scale[column]} * got - zero * double{scales.offset[column]} +
                        double{scales.bias[column]},
                    number, 2 * step * std::sqrt(static_cast<double>(in)));
      }
    }
    for (const size_t rows : {1U, 2U, 9U, 64U, 129U, 300U}) {
      for (const bool by_parts : {false, true}) {
        const AlignedBuffer<std::byte> y = run(linear, x, rows, by_parts);
        ASSERT_EQ(std::memcmp(y.data(), whole.data(), rows * out * 4), 0)
            << rows << " rows, by parts: " << by_parts;
      }
    }
  }
}

TEST(EightBitLinear, OfNothingIsNothing) {
  if (!cpu_multiplies_int8()) GTEST_SKIP() << "this CPU does not multiply 8-bit numbers";
  const PackedLinear linear(
      std::vector<float>(64 * 16), std::vector<float>(16, 2.5F),
      {.in = 64, .out = 16, .input = NumberType::u8, .output = NumberType::s32});
  EXPECT_GT(linear.sum_scales().scale[7], 0);
  EXPECT_EQ(linear.sum_scales().offset[7], 0);
  EXPECT_EQ(linear.sum_scales().bias[7], 2.5F);
}

TEST(EightBitLinear, TakesWeightsThatAreNearlyNothing) {
  const std::vector<float> weight = {1e-45F, 0, 0, 1e-43F, 0, 5e-44F, 1e-35F, -1e-35F, 0};
  const EightBitWeights small(weight, 3, 3);
  for (size_t i = 0; i < weight.size(); ++i) {
    EXPECT_NEAR(small.scale[i / 3] * small.values[i], weight[i], small.scale[i / 3] / 2) << i;
  }
  EXPECT_EQ(small.values[6], 127);
  EXPECT_EQ(small.values[7], -127);
  // What is not finite is refused where a model is read; here it is only no undefined behaviour.
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(EightBitWeights(std::vector<float>{nan, infinity, 1}, 3, 1).values.size(), 3U);
}

TEST(EightBitLinear, RefusesWhatItsSumsCannotHold) {
  if (!cpu_multiplies_int8()) GTEST_SKIP() << "this CPU does not multiply 8-bit numbers";
  const auto make = [](size_t in) {
    return PackedLinear(std::vector<float>(in, 1), std::vector<float>(1),
                        {.in = in, .out = 1, .input = NumberType::u8, .output = NumberType::s32});
  };
  EXPECT_THROW(make(kMaxEightBitColumns + 1), Error);
  const PackedLinear widest = make(kMaxEightBitColumns);
  AlignedBuffer<std::byte> x(PackedLinear::padded_rows(1) * kMaxEightBitColumns);
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::byte(255);
  EXPECT_EQ(sum_at(run(widest, x, 1, false), 0),
            static_cast<std::int32_t>(kMaxEightBitColumns) * 255 * 127);
}

TEST(Linear, RefusesNumberTypesThatDoNotFit) {
  const std::vector<float> weight(12);
  const std::vector<float> bias(3);
  const auto kind = [&](LinearOptions options) {
    options.in = 4;
    options.out = 3;
    try {
      const PackedLinear linear(weight, bias, options);
    } catch (const Error& error) {
      return std::optional(error.kind());
    }
    return std::optional<ErrorKind>();
  };
  const auto refused = std::optional(ErrorKind::invalid_argument);
  EXPECT_EQ(kind({.input = NumberType::u8}), refused);
  EXPECT_EQ(kind({.input = NumberType::u8, .output = NumberType::u8}), refused);
  EXPECT_EQ(kind({.output = NumberType::s32}), refused);
  EXPECT_EQ(kind({.input = NumberType::s32, .output = NumberType::s32}), refused);
  EXPECT_EQ(
      kind({.input = NumberType::u8, .output = NumberType::s32, .activation = Activation::relu}),
      refused);
  EXPECT_EQ(kind({.input = NumberType::u8, .output = NumberType::s32}),
            cpu_multiplies_int8() ? std::nullopt : std::optional(ErrorKind::unavailable));
}

TEST(Linear, RefusesSizesThatDoNotFit) {
  const std::vector<float> weight(12);
  const std::vector<float> bias(3);
  EXPECT_THROW(PackedLinear(weight, bias, {.in = 5, .out = 3}), Error);
  EXPECT_THROW(PackedLinear(weight, bias, {.in = 3, .out = 4}), Error);
  EXPECT_THROW(PackedLinear({}, {}, {.in = 0, .out = 0}), Error);
}

TEST(Linear, PaddedRowsAreFewAndNotMuchMore) {
  size_t distinct = 0;
  size_t last = 0;
  for (size_t rows = 1; rows <= 1024; ++rows) {
    const size_t padded = PackedLinear::padded_rows(rows);
    EXPECT_GE(padded, rows);
    EXPECT_LE(padded, rows + std::max<size_t>(48, rows / 3));
    if (padded != last) ++distinct;
    last = padded;
  }
  EXPECT_LE(distinct, 32U);
}

}  // namespace
}  // namespace anireco
