#include "search/query_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "search/inflection.h"
#include "search/query_numbers.h"

namespace anireco {
namespace {

using testing::ElementsAre;

TEST(QueryWordsTest, CutsWordsAndKeepsWhatPunctuationSays) {
  const QueryWords query = split_query("Steins;Gate, 12-13 серий; -harem 8.5+");
  ASSERT_EQ(query.size(), 7U);
  EXPECT_EQ(query[0].folded, "steins");
  EXPECT_FALSE(query[1].starts_clause);
  EXPECT_TRUE(query[2].starts_clause);
  EXPECT_TRUE(query[3].after_dash);
  EXPECT_TRUE(query[5].minus_before);
  EXPECT_EQ(query[6].folded, "8.5");
  EXPECT_TRUE(query[6].plus_after);
  EXPECT_EQ(query.phrase(0, 2), "Steins;Gate");
}

TEST(QueryWordsTest, FindsQuotationsOfAllKindsAndNoApostrophes) {
  const QueryWords query = split_query("don't «Атака титанов» “Monster” \"One\" 'Two words'");
  ASSERT_EQ(query.quotes.size(), 4U);
  EXPECT_EQ(query[0].folded, "dont");
  EXPECT_EQ(query.quotes[0].first_word, 1U);
  EXPECT_EQ(query.quotes[0].last_word, 3U);
  EXPECT_EQ(query.quotes[3].last_word, query.size());
}

TEST(QueryPatternTest, CapturesNumbersInOrder) {
  const QueryPattern pattern("from|between # to|and # episodes?");
  const QueryWords query = split_query("from twelve to twenty six");
  const auto match = pattern.match(query, 0);
  ASSERT_TRUE(match);
  EXPECT_THAT(match->numbers, ElementsAre(12, 26));
  EXPECT_EQ(match->end, 5U);
}

TEST(QueryPatternTest, NeverRunsOverAClauseBoundary) {
  const QueryPattern pattern("similar to");
  EXPECT_TRUE(pattern.match(split_query("similar to"), 0));
  EXPECT_FALSE(pattern.match(split_query("similar, to"), 0));
}

TEST(QueryPatternTest, LooksAroundWithoutTaking) {
  const QueryPattern before("anime > in? #Y");
  const auto match = before.match(split_query("anime 2016"), 0);
  ASSERT_TRUE(match);
  EXPECT_EQ(match->begin, 1U);
  const QueryPattern behind("#Y < movie");
  EXPECT_EQ(behind.match(split_query("2016 movie"), 0)->end, 1U);
  EXPECT_FALSE(behind.match(split_query("2016 girls"), 0));
}

TEST(QueryPatternTest, AnchorsAtRequestAndClause) {
  const QueryWords query = split_query("one, two three");
  EXPECT_TRUE(QueryPattern("^ two").match(query, 1));
  EXPECT_FALSE(QueryPattern("^^ two").match(query, 1));
  EXPECT_TRUE(QueryPattern("one $").match(query, 0));
  EXPECT_FALSE(QueryPattern("two $").match(query, 1));
}

TEST(QueryPatternTest, AnUnknownClassOfWordsIsOurMistake) {
  EXPECT_THROW(QueryPattern("@nonsense"), Error);
}

TEST(QueryNumbersTest, ReadsDecadesInManySpellings) {
  const auto decade = [](std::string_view text) {
    const auto number = read_decade(split_query(text), 0);
    return number ? number->value : 0;
  };
  EXPECT_EQ(decade("90s"), 1990);
  EXPECT_EQ(decade("1990's"), 1990);
  EXPECT_EQ(decade("80-х"), 1980);
  EXPECT_EQ(decade("80х"), 1980);
  EXPECT_EQ(decade("девяностых"), 1990);
  EXPECT_EQ(decade("2000s"), 2000);
  EXPECT_EQ(decade("20s"), 0) << "an age";
  EXPECT_EQ(decade("1995s"), 0);
}

TEST(InflectionTest, BringsTheCasesOfATitleTogether) {
  const auto meet = [](std::string_view a, std::string_view b) {
    return without_case_endings(a) == without_case_endings(b);
  };
  EXPECT_TRUE(meet("Тетрадь смерти", "Тетради смерти"));
  EXPECT_TRUE(meet("Ковбой Бибоп", "Ковбоя Бибопа"));
  EXPECT_TRUE(meet("Твоё имя", "Твоим именем"));
  EXPECT_TRUE(meet("Клинок, рассекающий демонов", "клинка рассекающего демонов"));
  EXPECT_TRUE(meet("Унесённые призраками", "Унесённых призраками"));
  EXPECT_FALSE(meet("Монстр", "Мастер"));
  EXPECT_EQ(without_case_endings("Naruto Shippuuden"), "naruto shippuuden");
}

}  // namespace
}  // namespace anireco
