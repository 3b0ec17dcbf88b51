#include "base/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <random>
#include <vector>

namespace anireco {
namespace {

void expect_equals_sorting(const std::vector<float>& values) {
  std::vector<float> sorted = values;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  for (std::size_t k = 1; k <= values.size(); k += 1 + values.size() / 50) {
    ASSERT_EQ(kth_largest(values, k), sorted[k - 1]) << "k = " << k;
  }
  EXPECT_EQ(kth_largest(values, values.size()), sorted.back());
}

TEST(KthLargest, EqualsSortingForSpreadValues) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.2F, 0.1F);
  for (const std::size_t n : {1, 2, 3, 1000, 1024, 30000}) {
    std::vector<float> values(n);
    for (float& value : values) value = normal(random);
    expect_equals_sorting(values);
  }
}

TEST(KthLargest, EqualsSortingForTiesAndOutliers) {
  std::vector<float> values(5000, 1.0F);
  expect_equals_sorting(values);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 7);
  expect_equals_sorting(values);
  values[17] = 1e30F;
  expect_equals_sorting(values);
  values[18] = -std::numeric_limits<float>::infinity();
  expect_equals_sorting(values);
  values[19] = std::numeric_limits<float>::max();
  values[20] = std::numeric_limits<float>::lowest();
  expect_equals_sorting(values);
}

}  // namespace
}  // namespace anireco
