#include "evaluation/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace anireco {
namespace {

TEST(MetricsTest, first_place_scores_one_everywhere) {
  const std::uint32_t ranked[] = {7, 8, 9};
  const RankingScore s = score_ranking(ranked, {7});
  EXPECT_EQ(s.hit1, 1);
  EXPECT_EQ(s.hit10, 1);
  EXPECT_EQ(s.mrr, 1);
  EXPECT_DOUBLE_EQ(s.ndcg10, 1);
  EXPECT_EQ(s.recall50, 1);
}

TEST(MetricsTest, a_repeated_id_takes_one_place) {
  const std::uint32_t ranked[] = {1, 1, 1, 2};
  const RankingScore s = score_ranking(ranked, {2, 3});
  EXPECT_EQ(s.hit1, 0);
  EXPECT_DOUBLE_EQ(s.mrr, 0.5);
  EXPECT_DOUBLE_EQ(s.recall50, 0.5);
  EXPECT_NEAR(s.ndcg10, (1 / std::log2(3.0)) / (1 + 1 / std::log2(3.0)), 1e-12);
}

TEST(MetricsTest, ranks_beyond_the_cuts_count_nothing) {
  std::vector<std::uint32_t> ranked(150);
  for (std::uint32_t i = 0; i < ranked.size(); ++i) ranked[i] = i;
  const RankingScore s = score_ranking(ranked, {120});
  EXPECT_EQ(s.mrr, 0);
  EXPECT_EQ(s.recall50, 0);
  EXPECT_DOUBLE_EQ(score_ranking(ranked, {99}).mrr, 0.01);
  EXPECT_EQ(score_ranking(ranked, {10}).hit10, 0);
  EXPECT_EQ(score_ranking(ranked, {9}).hit10, 1);
}

TEST(MetricsTest, the_interval_holds_the_mean) {
  std::vector<double> values(100, 0);
  for (std::size_t i = 0; i < 40; ++i) values[i] = 1;
  const Interval interval = bootstrap_interval(values);
  EXPECT_DOUBLE_EQ(interval.value, 0.4);
  EXPECT_LT(interval.low, 0.4);
  EXPECT_GT(interval.low, 0.25);
  EXPECT_GT(interval.high, 0.4);
  EXPECT_LT(interval.high, 0.55);
}

}  // namespace
}  // namespace anireco
