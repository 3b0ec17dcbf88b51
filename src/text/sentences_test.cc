#include "text/sentences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace anireco {
namespace {

std::vector<std::string> sentences(std::string_view text) {
  std::vector<std::string> out;
  for (const TextSpan span : split_sentences(text)) {
    out.emplace_back(text.substr(span.begin, span.end - span.begin));
  }
  return out;
}

using testing::ElementsAre;

TEST(SplitSentencesTest, EnglishIsSplitAtItsStops) {
  EXPECT_THAT(sentences("One sails.  Two row! Three wait? \"Four,\" he says."),
              ElementsAre("One sails.", "Two row!", "Three wait?", "\"Four,\" he says."));
}

TEST(SplitSentencesTest, AbbreviationsAndInitialsDoNotEndASentence) {
  EXPECT_THAT(sentences("Dr. Brown meets Mrs. Smith vs. Godzilla. They talk."),
              ElementsAre("Dr. Brown meets Mrs. Smith vs. Godzilla.", "They talk."));
  EXPECT_THAT(sentences("A tale by J. R. R. Tolkien. It is long."),
              ElementsAre("A tale by J. R. R. Tolkien.", "It is long."));
  EXPECT_THAT(sentences("Agent G.G. Bond sings feat. Anna. He wins."),
              ElementsAre("Agent G.G. Bond sings feat. Anna.", "He wins."));
  EXPECT_THAT(sentences("They follow Plan B. Then it rains."),
              ElementsAre("They follow Plan B.", "Then it rains."));
  EXPECT_THAT(sentences("So do I. Nobody knows."), ElementsAre("So do I.", "Nobody knows."));
  EXPECT_THAT(sentences("No. 6 is a city. No. Never."),
              ElementsAre("No. 6 is a city.", "No.", "Never."));
  EXPECT_THAT(sentences("2. The Voyage"), ElementsAre("2. The Voyage"));
}

TEST(SplitSentencesTest, TitlesWithMarksDoNotEndASentence) {
  EXPECT_THAT(sentences("K-On! is about tea. \"Why?\" she asks."),
              ElementsAre("K-On! is about tea.", "\"Why?\" she asks."));
}

TEST(SplitSentencesTest, RussianIsSplitAtItsStops) {
  EXPECT_THAT(
      sentences("Он живёт в г. Москве, т. е. далеко. В 1999 г. Анна уехала! Да?"),
      ElementsAre("Он живёт в г. Москве, т. е. далеко.", "В 1999 г.", "Анна уехала!", "Да?"));
  EXPECT_THAT(sentences("Книга А. С. Пушкина. См. Приложение."),
              ElementsAre("Книга А. С. Пушкина.", "См. Приложение."));
}

TEST(SplitSentencesTest, JapaneseIsSplitWithoutSpaces) {
  EXPECT_THAT(sentences("少年は旅に出る。「本当？」と彼女。海だ！山だ？"),
              ElementsAre("少年は旅に出る。", "「本当？」", "と彼女。", "海だ！", "山だ？"));
}

TEST(SplitSentencesTest, ALineFeedAlwaysEndsASentence) {
  EXPECT_THAT(sentences("one\ntwo Mr.\nThree\n\n four "),
              ElementsAre("one", "two Mr.", "Three", "four"));
}

TEST(SplitSentencesTest, NothingGivesNothing) {
  EXPECT_TRUE(sentences("").empty());
  EXPECT_TRUE(sentences(" \n\t \u3000 ").empty());
}

TEST(SplitSentencesTest, OneSplitterServesManyTexts) {
  SentenceSplitter splitter;
  EXPECT_EQ(splitter.split("A. b. C is. D is.").size(), 3U);
  EXPECT_EQ(splitter.split("").size(), 0U);
  EXPECT_EQ(splitter.split("Yes. No.").size(), 2U);
}

TEST(SplitSentencesTest, AnyBytesGiveOrderedSpans) {
  std::mt19937 random(3);
  const std::string alphabet = "abA. !?\n\"\xd0\x90\xe3\x80\x82\xff\xc2\xa0";
  SentenceSplitter splitter;
  for (int round = 0; round < 1000; ++round) {
    std::string text;
    for (std::size_t i = random() % 60; i > 0; --i) text += alphabet[random() % alphabet.size()];
    std::size_t before = 0;
    for (const TextSpan span : splitter.split(text)) {
      EXPECT_LE(before, span.begin);
      EXPECT_LT(span.begin, span.end);
      EXPECT_LE(span.end, text.size());
      before = span.end;
    }
  }
}

TEST(SplitSentencesTest, AMegabyteIsNoTrouble) {
  std::string stops;
  while (stops.size() < (1 << 20)) stops += "Mr. J. ";
  EXPECT_FALSE(split_sentences(stops).empty());
  EXPECT_EQ(split_sentences(std::string(1 << 20, 'a')).size(), 1U);
}

}  // namespace
}  // namespace anireco
