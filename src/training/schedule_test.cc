#include "training/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace anireco {
namespace {

TEST(Schedule, RisesToTheRateAndNeverBeyond) {
  // As published runs had it, to the last bit.
  for (int at = 0; at < 60; ++at) {
    EXPECT_EQ(warmed_up(3e-4, at, 0.1 * 600), 3e-4 * (at + 1.0) / (0.1 * 600)) << at;
  }
  // 2.5 steps: the third is at the rate, not at 6/5 of it.
  EXPECT_DOUBLE_EQ(warmed_up(2, 0, 2.5), 0.8);
  EXPECT_DOUBLE_EQ(warmed_up(2, 2, 2.5), 2);
  EXPECT_DOUBLE_EQ(warmed_up(2, 0, 0.3), 2);
}

TEST(Schedule, DrawsTheSameForTheSameNumbersOnly) {
  std::seed_seq words{7U, 1U, 3U};
  EXPECT_EQ(generator_of((std::uint64_t{1} << 32U) + 7, {3})(), std::mt19937_64(words)());
  EXPECT_NE(generator_of(7, {3})(), generator_of(7, {4})());
  EXPECT_NE(generator_of(7, {3})(), generator_of(7, {3, 0})());
}

TEST(Schedule, PermutesEveryPlaceOnce) {
  std::mt19937_64 random = generator_of(1, {1});
  std::vector<std::size_t> order = permutation(50, random);
  EXPECT_FALSE(std::ranges::is_sorted(order));
  std::ranges::sort(order);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
  EXPECT_TRUE(permutation(0, random).empty());
}

}  // namespace
}  // namespace anireco
