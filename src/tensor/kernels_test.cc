#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "tensor/attention.h"
#include "tensor/dot.h"
#include "tensor/layer_norm.h"
#include "tensor/naive_activation.h"
#include "tensor/pooling.h"
#include "tensor/quantize.h"

namespace anireco {
namespace {

template <class Body>
void with_every_instruction_set(Body body) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(hwy::TargetName(target));
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

std::vector<float> random_floats(unsigned seed, size_t n) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(n);
  for (float& v : values) v = normal(random);
  return values;
}

TEST(LayerNorm, AgreesWithANaiveLoop) {
  with_every_instruction_set([] {
    for (const size_t dim : {1U, 5U, 16U, 37U, 48U, 384U, 1023U}) {
      const size_t rows = 3;
      const std::vector<float> gain = random_floats(1, dim);
      const std::vector<float> bias = random_floats(2, dim);
      const std::vector<float> added = random_floats(3, rows * dim);
      const std::vector<float> before = random_floats(4, rows * dim);
      std::vector<float> x = before;
      std::vector<bfloat16> narrow(rows * dim);
      add_layer_norm({gain.data(), bias.data(), dim, 1e-5F}, rows, x.data(), added.data(),
                     narrow.data());
      for (size_t row = 0; row < rows; ++row) {
        double mean = 0;
        double variance = 0;
        const auto value = [&](size_t i) {
          return double{before[row * dim + i]} + double{added[row * dim + i]};
        };
        for (size_t i = 0; i < dim; ++i) mean += value(i) / static_cast<double>(dim);
        for (size_t i = 0; i < dim; ++i) {
          variance += (value(i) - mean) * (value(i) - mean) / static_cast<double>(dim);
        }
        for (size_t i = 0; i < dim; ++i) {
          const double expected =
              (value(i) - mean) / std::sqrt(variance + 1e-5) * double{gain[i]} + double{bias[i]};
          ASSERT_NEAR(x[row * dim + i], expected, 2e-5) << dim;
          ASSERT_EQ(narrow[row * dim + i].bits, to_bfloat16(x[row * dim + i]).bits);
        }
      }
    }
  });
}

std::vector<double> naive_attention(const AttentionShape& shape, size_t head, size_t length,
                                    const std::vector<float>& qkv) {
  const size_t hidden = shape.hidden();
  const auto at = [&](size_t row, size_t which, size_t c) {
    return double{qkv[row * 3 * hidden + which * hidden + head * shape.head_dim + c]};
  };
  std::vector<double> out(length * shape.head_dim);
  for (size_t q = 0; q < length; ++q) {
    std::vector<double> weights(length);
    double sum = 0;
    for (size_t j = 0; j < length; ++j) {
      double score = 0;
      for (size_t c = 0; c < shape.head_dim; ++c) score += at(q, 0, c) * at(j, 1, c);
      weights[j] = std::exp(score / std::sqrt(static_cast<double>(shape.head_dim)));
      sum += weights[j];
    }
    for (size_t j = 0; j < length; ++j) {
      for (size_t c = 0; c < shape.head_dim; ++c) {
        out[q * shape.head_dim + c] += weights[j] / sum * at(j, 2, c);
      }
    }
  }
  return out;
}

TEST(Attention, AgreesWithANaiveLoopForEveryLengthAndHead) {
  with_every_instruction_set([] {
    for (const AttentionShape shape : {AttentionShape{3, 32}, AttentionShape{2, 64},
                                       AttentionShape{2, 26}, AttentionShape{1, 5}}) {
      AttentionScratch scratch;
      for (const size_t length : {1U, 2U, 3U, 5U, 16U, 17U, 31U, 64U, 65U, 130U}) {
        const std::vector<float> qkv = random_floats(5, length * 3 * shape.hidden());
        std::vector<float> context(length * shape.hidden(), -7.0F);
        std::vector<bfloat16> narrow(qkv.size());
        std::vector<bfloat16> narrow_context(context.size());
        convert_to_bf16(qkv.data(), qkv.size(), narrow.data());
        for (size_t head = 0; head < shape.heads; ++head) {
          attend(shape, head, length, qkv.data(), context.data(), scratch);
          attend(shape, head, length, narrow.data(), narrow_context.data(), scratch);
          const std::vector<double> expected = naive_attention(shape, head, length, qkv);
          for (size_t row = 0; row < length; ++row) {
            for (size_t c = 0; c < shape.head_dim; ++c) {
              const size_t i = row * shape.hidden() + head * shape.head_dim + c;
              const double wanted = expected[row * shape.head_dim + c];
              ASSERT_NEAR(context[i], wanted, 1e-5) << length;
              ASSERT_NEAR(to_float(narrow_context[i]), wanted, 0.05) << length;
            }
          }
        }
      }
    }
  });
}

TEST(Attention, SurvivesScoresFarApart) {
  const AttentionShape shape{1, 16};
  std::vector<float> qkv(4 * 48, 0.0F);
  for (size_t row = 0; row < 4; ++row) {
    for (size_t c = 0; c < 16; ++c) {
      qkv[row * 48 + c] = 100.0F;
      qkv[row * 48 + 16 + c] = row == 2 ? 100.0F : -100.0F;
      qkv[row * 48 + 32 + c] = static_cast<float>(row);
    }
  }
  std::vector<float> context(4 * 16);
  AttentionScratch scratch;
  attend(shape, 0, 4, qkv.data(), context.data(), scratch);
  for (const float v : context) EXPECT_FLOAT_EQ(v, 2.0F);
}

TEST(Pooling, MeanAndLengthAgreeWithNaiveLoops) {
  with_every_instruction_set([] {
    for (const size_t dim : {1U, 15U, 48U, 384U, 387U}) {
      for (const size_t rows : {1U, 3U, 50U}) {
        const std::vector<float> x = random_floats(6, rows * dim);
        std::vector<float> mean(dim);
        mean_rows(x.data(), rows, dim, mean.data());
        double square = 0;
        for (size_t i = 0; i < dim; ++i) {
          double expected = 0;
          for (size_t row = 0; row < rows; ++row) expected += double{x[row * dim + i]};
          expected /= static_cast<double>(rows);
          ASSERT_NEAR(mean[i], expected, 1e-5);
          square += expected * expected;
        }
        std::vector<float> unit = mean;
        l2_normalize(unit.data(), dim);
        for (size_t i = 0; i < dim; ++i) {
          ASSERT_NEAR(unit[i], double{mean[i]} / std::sqrt(square), 1e-5);
        }
        std::vector<float> sum(dim);
        add_rows(mean.data(), unit.data(), dim, sum.data());
        for (size_t i = 0; i < dim; ++i) ASSERT_EQ(sum[i], mean[i] + unit[i]);
      }
    }
  });
}

TEST(Pooling, AVectorOfZerosStaysZero) {
  std::vector<float> zeros(20, 0.0F);
  l2_normalize(zeros.data(), zeros.size());
  EXPECT_EQ(zeros, std::vector<float>(20, 0.0F));
}

TEST(Quantize, KeepsEveryNumberToWithinHalfAStep) {
  with_every_instruction_set([] {
    for (const size_t dim : {1U, 5U, 16U, 37U, 384U}) {
      const size_t rows = 4;
      std::vector<float> x = random_floats(5, rows * dim);
      // One row of one sign, one of zeros.
      for (size_t i = 0; i < dim; ++i) x[dim + i] = 3 + std::abs(x[dim + i]);
      std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(2 * dim), dim, 0.0F);
      std::vector<std::uint8_t> q(rows * dim);
      std::vector<RowScale> scales(rows);
      quantize_rows(rows, dim, x.data(), q.data(), scales.data());
      for (size_t i = 0; i < x.size(); ++i) {
        const RowScale row = scales[i / dim];
        ASSERT_GE(row.zero, 0);
        ASSERT_LE(row.zero, 255);
        ASSERT_NEAR(row.scale * (static_cast<float>(q[i]) - row.zero), x[i], 0.501F * row.scale)
            << dim;
      }
      for (size_t i = 0; i < dim; ++i)
        ASSERT_EQ(static_cast<float>(q[2 * dim + i]), scales[2].zero);
    }
  });
}

// Sums and what they stand for by the formula of SumScales.
struct Sums {
  explicit Sums(size_t rows, size_t out)
      : scale(random_floats(11, out)),
        offset(random_floats(12, out)),
        bias(random_floats(13, out)),
        sums(rows * out) {
    std::mt19937 random(14);
    for (size_t row = 0; row < rows; ++row) {
      rows_of.push_back({0.001F * static_cast<float>(1 + row), static_cast<float>(60 + row)});
    }
    for (std::int32_t& sum : sums) sum = static_cast<std::int32_t>(random() % 10'000) - 5'000;
  }

  SumScales view() const { return {scale.size(), scale.data(), offset.data(), bias.data()}; }
  double expected(size_t i) const {
    const RowScale row = rows_of[i / scale.size()];
    const size_t j = i % scale.size();
    return double{row.scale} * (double{scale[j]} * sums[i] - double{row.zero} * double{offset[j]}) +
           double{bias[j]};
  }

  std::vector<float> scale;
  std::vector<float> offset;
  std::vector<float> bias;
  std::vector<RowScale> rows_of;
  std::vector<std::int32_t> sums;
};

TEST(Quantize, TurnsSumsIntoNumbersInPlaceToo) {
  with_every_instruction_set([] {
    for (const size_t out : {1U, 16U, 51U}) {
      Sums s(3, out);
      std::vector<float> y(s.sums.size());
      dequantize_rows(s.view(), 3, s.rows_of.data(), s.sums.data(), y.data());
      for (size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], s.expected(i), 1e-4) << i;
      std::vector<float> in_place(s.sums.size());
      std::memcpy(in_place.data(), s.sums.data(), 4 * s.sums.size());
      dequantize_rows(s.view(), 3, s.rows_of.data(),
                      reinterpret_cast<const std::int32_t*>(in_place.data()), in_place.data());
      EXPECT_EQ(in_place, y);
    }
  });
}

TEST(Quantize, ActivatesOnTheWay) {
  with_every_instruction_set([] {
    for (const Activation activation :
         {Activation::none, Activation::relu, Activation::gelu, Activation::gelu_tanh}) {
      for (const size_t out : {1U, 16U, 51U, 1536U}) {
        const Sums s(3, out);
        std::vector<std::int32_t> sums = s.sums;
        std::vector<std::uint8_t> q(sums.size());
        std::vector<RowScale> scales(3);
        activate_and_quantize_rows(s.view(), activation, 3, s.rows_of.data(), sums.data(), q.data(),
                                   scales.data());
        for (size_t i = 0; i < q.size(); ++i) {
          const double expected = naive_activation(activation, s.expected(i));
          const RowScale row = scales[i / out];
          // What stands in the place of the sums is what was rounded to 8 bits.
          float number = 0;
          std::memcpy(&number, &sums[i], 4);
          ASSERT_NEAR(number, expected, 1e-4 + 1e-5 * std::abs(s.expected(i))) << s.expected(i);
          ASSERT_NEAR(row.scale * (static_cast<float>(q[i]) - row.zero), number,
                      0.501F * row.scale);
        }
      }
    }
  });
}

// Every argument, not only those that random sums make.
TEST(Quantize, GeluErrsLittleEverywhere) {
  with_every_instruction_set([] {
    const size_t out = 20'001;
    const std::vector<float> one(out, 1e-3F);
    const std::vector<float> none(out);
    const RowScale row{1, 0};
    for (const Activation activation : {Activation::gelu, Activation::gelu_tanh}) {
      std::vector<std::int32_t> sums(out);
      for (size_t i = 0; i < out; ++i) sums[i] = static_cast<std::int32_t>(i) - 10'000;
      std::vector<std::uint8_t> q(out);
      RowScale scale;
      activate_and_quantize_rows({out, one.data(), none.data(), none.data()}, activation, 1, &row,
                                 sums.data(), q.data(), &scale);
      for (size_t i = 0; i < out; ++i) {
        float number = 0;
        std::memcpy(&number, &sums[i], 4);
        const double x = 1e-3 * (static_cast<double>(i) - 10'000);
        ASSERT_NEAR(number, naive_activation(activation, x), 1e-4) << x;
      }
    }
  });
}

}  // namespace
}  // namespace anireco
