#include "gather/gather_plan.h"

#include <gtest/gtest.h>

#include "gather/coverage.h"
#include "gather/test_source.h"

namespace anireco {
namespace {

TEST(GatherPlanTest, counts_pages_and_minutes_of_the_rate_limit) {
  const PlannedSource planned = plan_source(TestSource(), GatherScope::all, {.per_minute = 2});
  EXPECT_EQ(planned.name, "test");
  EXPECT_EQ(planned.requests, 4U);
  EXPECT_NEAR(planned.minutes, 2, 0.1);
}

TEST(GatherPlanTest, without_a_limit_answers_take_their_time) {
  EXPECT_GT(plan_source(TestSource(), GatherScope::all, {}).minutes, 0);
}

TEST(CoverageTest, counts_titles_with_each_field) {
  Anime anime;
  anime.titles.russian = "Имя";
  anime.synopses.push_back({"ru", "Текст", "s"});
  Coverage coverage;
  coverage.add(anime);
  coverage.add({});
  const auto& fields = coverage_fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const bool known = fields[i] == "titles.russian" || fields[i] == "synopsis.ru";
    EXPECT_EQ(coverage.counts()[i], known ? 1U : 0U) << fields[i];
  }
  EXPECT_EQ(coverage.titles(), 2U);
}

}  // namespace
}  // namespace anireco
