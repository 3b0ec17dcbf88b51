#include "search/fusion.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace anireco {
namespace {

constexpr auto kDense = static_cast<std::size_t>(Leg::dense);
constexpr auto kLexical = static_cast<std::size_t>(Leg::lexical);

std::vector<Candidate> three_candidates() {
  std::vector<Candidate> c(3);
  for (DocId d = 0; d < 3; ++d) c[d].doc = d;
  c[0].legs[kDense] = {0.9F, 1, 0};
  c[1].legs[kDense] = {0.5F, 2, 0};
  c[2].legs[kDense] = {0.1F, 3, 0};
  c[0].legs[kLexical] = {0.0F, 0, 0};
  c[1].legs[kLexical] = {4.0F, 2, 0};
  c[2].legs[kLexical] = {8.0F, 1, 0};
  return c;
}

TEST(FusionTest, reciprocal_rank_sums_weight_over_k_plus_rank) {
  std::vector<Candidate> c = three_candidates();
  fuse(c, {{2, 1, 0}}, FusionMethod::rrf, 60);
  EXPECT_FLOAT_EQ(c[0].score, 2.0F * 61 / 61);
  EXPECT_FLOAT_EQ(c[1].score, 2.0F * 61 / 62 + 61.0F / 62);
  EXPECT_FLOAT_EQ(c[2].score, 2.0F * 61 / 63 + 61.0F / 61);
}

TEST(FusionTest, minmax_scales_each_leg_to_the_unit_interval) {
  std::vector<Candidate> c = three_candidates();
  fuse(c, {{1, 1, 0}}, FusionMethod::minmax, 60);
  EXPECT_FLOAT_EQ(c[0].score, 1);
  EXPECT_FLOAT_EQ(c[1].score, 1);
  EXPECT_FLOAT_EQ(c[2].score, 1);
  EXPECT_FLOAT_EQ(c[1].legs[kDense].normalised, 0.5F);
}

TEST(FusionTest, dbsf_puts_the_mean_at_one_half) {
  std::vector<Candidate> c = three_candidates();
  fuse(c, {{1, 0, 0}}, FusionMethod::dbsf, 60);
  EXPECT_NEAR(c[1].score, 0.5F, 1e-6);
  const double sd = std::sqrt(0.16 * 2 / 3);
  EXPECT_NEAR(c[0].score, 0.5 + 0.4 / (6 * sd), 1e-5);
}

TEST(FusionTest, a_leg_without_differences_adds_nothing_and_prior_and_bonus_are_added) {
  std::vector<Candidate> c = three_candidates();
  for (Candidate& x : c) x.legs[kDense].raw = 0.3F;
  c[2].prior = 0.25F;
  c[2].title_bonus = 3;
  for (FusionMethod method : {FusionMethod::minmax, FusionMethod::dbsf}) {
    fuse(c, {{1, 0, 0}}, method, 60);
    EXPECT_FLOAT_EQ(c[0].score, 0);
    EXPECT_FLOAT_EQ(c[2].score, 3.25F);
  }
}

TEST(FusionTest, refuses_what_cannot_be_meant) {
  std::vector<Candidate> c = three_candidates();
  EXPECT_THROW(fuse(c, {{1, 1, 0}}, FusionMethod::rrf, 0), Error);
  EXPECT_THROW(fuse(c, {{-1, 1, 0}}, FusionMethod::rrf, 60), Error);
  EXPECT_THROW(fuse(c, {{std::nanf(""), 1, 0}}, FusionMethod::rrf, 60), Error);
}

TEST(FusionTest, the_order_of_popularity_grows_with_the_percentile) {
  EXPECT_FLOAT_EQ(popularity_order(0), 0);
  EXPECT_FLOAT_EQ(popularity_order(0.9F), 1);
  EXPECT_GT(popularity_order(0.99F), popularity_order(0.9F));
  EXPECT_FLOAT_EQ(popularity_order(1), 4);
}

}  // namespace
}  // namespace anireco
