#include "tensor/dot.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

namespace anireco {
namespace {

constexpr size_t kDimensions[] = {0, 1, 7, 15, 16, 31, 33, 63, 64, 65, 255, 384, 1023, 1024, 1500};

// Every instruction set this machine has, then back to the best.
template <class Body>
void with_every_instruction_set(Body body) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(hwy::TargetName(target));
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

std::vector<float> random_floats(std::mt19937& random, size_t n) {
  std::normal_distribution<float> normal;
  std::vector<float> values(n);
  for (float& v : values) v = normal(random);
  return values;
}

TEST(Dot, FloatsAgreeWithANaiveLoop) {
  with_every_instruction_set([] {
    std::mt19937 random(1);
    for (const size_t dim : kDimensions) {
      const std::vector<float> a = random_floats(random, dim);
      const std::vector<float> b = random_floats(random, dim);
      double expected = 0;
      for (size_t i = 0; i < dim; ++i) expected += double{a[i]} * double{b[i]};
      EXPECT_NEAR(dot_f32(a.data(), b.data(), dim), expected, 1e-4) << dim;
    }
  });
}

TEST(Dot, Bfloat16RowsAgreeWithANaiveLoop) {
  with_every_instruction_set([] {
    std::mt19937 random(2);
    for (const size_t dim : kDimensions) {
      const std::vector<float> query = random_floats(random, dim);
      const std::vector<float> full = random_floats(random, 3 * dim);
      std::vector<bfloat16> rows(3 * dim);
      convert_to_bf16(full.data(), full.size(), rows.data());
      std::vector<float> out(3);
      dot_bf16_rows(query.data(), rows.data(), 3, dim, out.data());
      for (size_t r = 0; r < 3; ++r) {
        double expected = 0;
        for (size_t i = 0; i < dim; ++i) {
          expected += double{query[i]} * double{to_float(rows[r * dim + i])};
        }
        EXPECT_NEAR(out[r], expected, 1e-4) << dim;
        EXPECT_EQ(out[r], dot_bf16(query.data(), rows.data() + r * dim, dim));
      }
    }
  });
}

TEST(Dot, IntegersAreExactEvenAtTheirExtremes) {
  with_every_instruction_set([] {
    std::mt19937 random(3);
    std::uniform_int_distribution<int> byte(-128, 127);
    for (const size_t dim : kDimensions) {
      const std::vector<float> ones(dim, 1.0F);
      std::vector<int16_t> query(dim);
      quantize_i16(ones.data(), dim, query.data());  // the largest values that are exact
      std::vector<int8_t> rows(4 * dim);
      if (dim < 100) {
        for (int16_t& v : query) v = static_cast<int16_t>(v * (byte(random) / 128.0));
      }
      for (int8_t& v : rows) v = static_cast<int8_t>(byte(random));
      std::fill_n(rows.begin(), dim, int8_t{-128});
      std::vector<int32_t> out(4);
      dot_i16_i8_rows(query.data(), rows.data(), 4, dim, out.data());
      for (size_t r = 0; r < 4; ++r) {
        int32_t expected = 0;
        for (size_t i = 0; i < dim; ++i) expected += query[i] * rows[r * dim + i];
        EXPECT_EQ(out[r], expected) << dim;
      }
    }
  });
}

TEST(Dot, ARowsResultDoesNotDependOnItsNeighbours) {
  std::mt19937 random(4);
  const size_t dim = 387;
  const std::vector<float> query = random_floats(random, dim);
  const std::vector<float> rows = random_floats(random, 9 * dim);
  std::vector<float> out(9);
  dot_f32_rows(query.data(), rows.data(), 9, dim, out.data());
  for (size_t r = 0; r < 9; ++r) {
    EXPECT_EQ(out[r], dot_f32(query.data(), rows.data() + r * dim, dim));
  }
}

TEST(Quantize, KeepsEveryValueWithinHalfAStep) {
  std::mt19937 random(5);
  const std::vector<float> v = random_floats(random, 384);
  std::vector<int8_t> bytes(384);
  const float scale = quantize_i8(v.data(), v.size(), bytes.data());
  for (size_t i = 0; i < v.size(); ++i) {
    EXPECT_LE(std::abs(v[i] - scale * static_cast<float>(bytes[i])), scale * 0.501F);
  }
}

TEST(Quantize, AVectorOfZerosStaysZero) {
  const std::vector<float> v(10, 0.0F);
  std::vector<int8_t> bytes(10, 7);
  EXPECT_EQ(quantize_i8(v.data(), v.size(), bytes.data()), 1.0F);
  EXPECT_EQ(bytes, std::vector<int8_t>(10, 0));
}

TEST(Bfloat16, RoundsToNearestEvenAndKeepsNan) {
  EXPECT_EQ(to_float(to_bfloat16(1.0F)), 1.0F);
  EXPECT_EQ(to_float(to_bfloat16(1.0F + 1.0F / 256)), 1.0F);               // tie to even
  EXPECT_EQ(to_float(to_bfloat16(1.0F + 3.0F / 256)), 1.0F + 4.0F / 256);  // tie to even
  EXPECT_TRUE(std::isnan(to_float(to_bfloat16(std::numeric_limits<float>::quiet_NaN()))));
  EXPECT_EQ(to_float(to_bfloat16(-INFINITY)), -INFINITY);
}

}  // namespace
}  // namespace anireco
