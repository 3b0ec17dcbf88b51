#include "text/analyzer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "text/unicode.h"

namespace anireco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> terms(std::string_view text, AnalyzerOptions options = {}) {
  Analyzer analyzer(options);
  std::vector<std::string> out;
  for (const Token& token : analyzer.analyze(text)) out.push_back(token.term);
  return out;
}

TEST(AnalyzerTest, EnglishWordsAreStemmedAndStopWordsDropped) {
  EXPECT_THAT(terms("The travelling doctors of spirits"),
              ElementsAre("travel", "doctor", "spirit"));
  EXPECT_THAT(terms("RUNNING, running; Runs"), ElementsAre("run", "run", "run"));
}

TEST(AnalyzerTest, RussianWordsAreStemmedAndYoIsYe) {
  EXPECT_EQ(terms("странствующего лекаря"), terms("странствующий лекарь"));
  EXPECT_EQ(terms("ёлка"), terms("Елка"));
  EXPECT_EQ(terms("е\u0308лка"), terms("ёлка"));
  EXPECT_THAT(terms("и в на что он"), IsEmpty());
  EXPECT_NE(terms("мой"), terms("мои\u0306ка"));
}

TEST(AnalyzerTest, TitlesCanKeepTheirStopWords) {
  EXPECT_THAT(terms("The It and I", {.keep_stop_words = true}),
              ElementsAre("the", "it", "and", "i"));
  EXPECT_THAT(terms("Runs", {.stem = false}), ElementsAre("runs"));
}

TEST(AnalyzerTest, ApostrophesJoinAndPossessivesGo) {
  EXPECT_THAT(terms("hero's heroes' Heaven’s"), ElementsAre("hero", "hero", "heaven"));
  EXPECT_THAT(terms("don't O'Brien 'quoted'", {.keep_stop_words = true, .stem = false}),
              ElementsAre("dont", "obrien", "quoted"));
  EXPECT_THAT(terms("it's she's"), IsEmpty());
  EXPECT_THAT(terms("rock 'n' roll '' '"), ElementsAre("rock", "n", "roll"));
}

TEST(AnalyzerTest, NumbersAndMixedWordsAreKept) {
  EXPECT_THAT(terms("91 Days, 3x3 Eyes 2001 No.6"),
              ElementsAre("91", "day", "3x3", "eye", "2001", "6"));
}

TEST(AnalyzerTest, JapaneseGivesPiecesOfTwoCharacters) {
  EXPECT_THAT(terms("蟲師"), ElementsAre("蟲師"));
  EXPECT_THAT(terms("進撃の巨人"), ElementsAre("進撃", "撃の", "の巨", "巨人"));
  EXPECT_THAT(terms("海。山と川"), ElementsAre("海", "山と", "と川"));
  EXPECT_THAT(terms("ｶﾞﾝﾀﾞﾑ"), ElementsAre("ガン", "ンダ", "ダム"));
  EXPECT_EQ(terms("カ\u3099ンダム"), terms("ガンダム"));
  EXPECT_THAT(terms("新世紀Evangelion 2号"), ElementsAre("新世", "世紀", "evangelion", "2", "号"));
  EXPECT_THAT(terms("コーヒー"), ElementsAre("コー", "ーヒ", "ヒー"));
}

TEST(AnalyzerTest, OtherScriptsGiveWholeWords) {
  EXPECT_THAT(terms("카우보이 비밥"), ElementsAre("카우보이", "비밥"));
  EXPECT_THAT(terms("Καουμπόηδες"), ElementsAre("καουμποηδεσ"));
}

TEST(AnalyzerTest, AccentsWidthAndInvisibleCharactersDoNotMatter) {
  EXPECT_EQ(terms("Pokémon"), terms("pokemon"));
  EXPECT_EQ(terms("Poke\u0301mon"), terms("pokemon"));
  EXPECT_EQ(terms("ＦＬＣＬ"), terms("flcl"));
  EXPECT_EQ(terms("soft\u00adhyphen"), terms("softhyphen"));
}

TEST(AnalyzerTest, OffsetsAndPositionsPointIntoTheOriginal) {
  const std::string text = "The Hero's ёлка 進撃の";
  Analyzer analyzer;
  const std::vector<Token> tokens = analyzer.analyze(text);
  ASSERT_EQ(tokens.size(), 4U);
  const auto original = [&](const Token& token) {
    return text.substr(token.begin, token.end - token.begin);
  };
  EXPECT_EQ(original(tokens[0]), "Hero");
  EXPECT_EQ(tokens[0].position, 1U);
  EXPECT_EQ(original(tokens[1]), "ёлка");
  EXPECT_EQ(tokens[1].position, 2U);
  EXPECT_EQ(original(tokens[2]), "進撃");
  EXPECT_EQ(tokens[2].position, 3U);
  EXPECT_EQ(original(tokens[3]), "撃の");
  EXPECT_EQ(tokens[3].position, 4U);
}

TEST(AnalyzerTest, OneAnalyzerGivesTheSameForEveryText) {
  Analyzer analyzer;
  std::vector<Token> tokens;
  analyzer.analyze("Doctors 蟲師 лекари", tokens);
  const std::vector<Token> first = tokens;
  analyzer.analyze("a's", tokens);
  analyzer.analyze("Doctors 蟲師 лекари", tokens);
  EXPECT_EQ(tokens, first);
  EXPECT_EQ(Analyzer().analyze("Doctors 蟲師 лекари"), first);
}

TEST(AnalyzerTest, LongWordsAreCutAtACharacter) {
  EXPECT_THAT(terms(std::string(1 << 20, 'z')), ElementsAre(std::string(64, 'z')));
  std::string thai;
  for (int i = 0; i < 1000; ++i) thai += "ก";
  ASSERT_EQ(terms(thai).size(), 1U);
  EXPECT_LE(terms(thai)[0].size(), 64U);
  EXPECT_TRUE(is_valid_utf8(terms(thai)[0]));
  EXPECT_THROW(Analyzer({.max_term_bytes = 1}), Error);
}

TEST(AnalyzerTest, AnyBytesGiveTokensInside) {
  std::mt19937 random(9);
  const std::string alphabet =
      "abS' .9\xd0\x90\xd1\x91\xe3\x82\xab\xe3\x82\x99\xcc\x81\xff\xe2\x80\x99";
  Analyzer analyzer;
  std::vector<Token> tokens;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::size_t i = random() % 60; i > 0; --i) text += alphabet[random() % alphabet.size()];
    analyzer.analyze(text, tokens);
    std::uint32_t position = 0;
    for (const Token& token : tokens) {
      EXPECT_FALSE(token.term.empty());
      EXPECT_TRUE(is_valid_utf8(token.term));
      EXPECT_LT(token.begin, token.end);
      EXPECT_LE(token.end, text.size());
      EXPECT_LE(position, token.position);
      position = token.position;
    }
  }
}

TEST(StopWordTest, ListsAreFolded) {
  EXPECT_TRUE(is_stop_word("the"));
  EXPECT_TRUE(is_stop_word("еще"));
  EXPECT_FALSE(is_stop_word("monster"));
}

}  // namespace
}  // namespace anireco
