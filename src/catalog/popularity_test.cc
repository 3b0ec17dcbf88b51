#include "catalog/popularity.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "catalog/test_records.h"

namespace anireco {
namespace {

Anime counted(std::uint32_t members, const std::string& source) {
  Anime a = titled("A");
  a.members = members;
  a.provenance = {{"*", "elsewhere"}, {"members", source}};
  return a;
}

TEST(Popularity, IsTheShareOfTheSameSourceWithFewerMembers) {
  const std::vector<Anime> records = {
      counted(10, "mal"),  counted(1000, "mal"), counted(3, "kitsu"),  counted(5, "kitsu"),
      counted(100, "mal"), counted(100, "mal"),  titled("Not counted")};
  const std::vector<float> p = popularity_percentiles(records);
  EXPECT_EQ(p, (std::vector<float>{0, .75F, 0, .5F, .25F, .25F, 0}));
}

TEST(Popularity, WhatOnlyASmallSourceKnowsStaysBelowNineTenths) {
  std::vector<Anime> records;
  for (std::uint32_t i = 0; i < 1000; ++i) records.push_back(counted(i + 1, "mal"));
  for (std::uint32_t i = 0; i < 99; ++i) records.push_back(counted(i + 1, "kitsu"));
  const std::vector<float> p = popularity_percentiles(records);
  EXPECT_FLOAT_EQ(p[999], .999F);
  EXPECT_FLOAT_EQ(p[1098], .9F * 98 / 99);
}

TEST(Popularity, WhereMostAreNotCountedIsHowMuchIsToldOfATitle) {
  Anime told = titled("Told");
  told.score = 8.5F;
  told.titles.english = "Told";
  told.titles.synonyms = {"One", "Two", "Three"};
  told.synopses = {{"en", std::string(900, 'a'), "kitsu"}};
  told.tags = {{"school club", false}, {"friendship", false}};
  Anime half = titled("Half");
  half.synopses = {{"en", "Short.", "kitsu"}};
  const std::vector<Anime> records = {titled("Bare"), told, half, counted(7, "kitsu")};
  EXPECT_GT(standing(told), standing(half));
  EXPECT_GT(standing(half), standing(titled("Bare")));
  const std::vector<float> p = popularity_percentiles(records);
  EXPECT_GT(p[1], p[2]);
  EXPECT_GT(p[2], p[0]);
}

TEST(Popularity, AmongTheBestAPointOfScoreSaysMoreThanAmongTheMiddling) {
  const auto of_score = [](float score) {
    Anime a = titled("A");
    a.score = score;
    return standing(a);
  };
  EXPECT_GT(of_score(4), standing(titled("Unscored")));
  EXPECT_GT(of_score(7) - of_score(6), of_score(6) - of_score(5));
  EXPECT_GT(of_score(9) - of_score(8), 2 * (of_score(7) - of_score(6)));
}

TEST(Popularity, NoRecordsAreNoTrouble) { EXPECT_TRUE(popularity_percentiles({}).empty()); }

}  // namespace
}  // namespace anireco
