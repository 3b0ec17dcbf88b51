#include "text/clean.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "text/credits.h"
#include "text/unicode.h"

namespace anireco {
namespace {

struct Case {
  const char* given;
  const char* expected;
};

void expect_all(std::initializer_list<Case> cases) {
  for (const Case& one : cases) EXPECT_EQ(clean_synopsis(one.given), one.expected) << one.given;
}

TEST(CleanSynopsisTest, CreditsAtTheEndGo) {
  expect_all({
      {"A boy sails.\n\n[Written by MAL Rewrite]", "A boy sails."},
      {"A boy sails. (Source: ANN)", "A boy sails."},
      {"A boy sails.\n\n(Source: Official Site, translated, edited)\n", "A boy sails."},
      {"A boy sails. [Source: Some Films USA]", "A boy sails."},
      {"A boy sails.\nSource: https://example.org/wiki/Boats_(all)", "A boy sails."},
      {"A boy sails.\nSource : example.org", "A boy sails."},
      {"A boy sails. (Souce: Wikipedia)", "A boy sails."},
      {"A boy sails. (Sourc: IMDB)", "A boy sails."},
      {"A boy sails. (Source Official site)", "A boy sails."},
      {"A boy sails. (from AniDB)", "A boy sails."},
      {"A boy sails. (anidb)", "A boy sails."},
      {"A boy sails. [from anime-planet]", "A boy sails."},
      {"A boy sails. (Harbour Books, translated)", "A boy sails."},
      {"A boy sails.\n-AniDB", "A boy sails."},
      {"A boy sails.\n\nCredit: Some Studio ( /example.org )", "A boy sails."},
      {"A boy sails. (Source: ANN (old) site) [Written by Someone]", "A boy sails."},
      {"A boy sails. (Source: Official Site, trans", "A boy sails."},
      {"Мальчик плывёт. (Источник: World Art)", "Мальчик плывёт."},
      {"Мальчик плывёт.\nИсточник: Википедия", "Мальчик плывёт."},
      {"少年は海へ出る。（出典：公式サイト）", "少年は海へ出る。"},
      {"(Source: ANN)", ""},
  });
}

TEST(CleanSynopsisTest, CreditsBetweenParagraphsGoAndNotesStay) {
  expect_all({
      {"One.\n\n(Source: ANN)\n\nNote: shown twice.", "One.\nNote: shown twice."},
      {"One. (Source: ANN) Two.", "One. Two."},
      {"Note that he is a cat.", "Note that he is a cat."},
  });
}

TEST(CleanSynopsisTest, WhatOnlyLooksLikeACreditStays) {
  for (const char* text : {
           "He seeks the source: the centre of the planet.",
           "They find a source of light (the sun).",
           "A short film (about the sea)",
           "Based on the manga (written in 1990).",
           "The book was written by Anna.",
           "She shouts (from afar).",
           "Directed by two people. (Hana Sato)",
           "South: a journey.",
           "He drinks [sic] tea.",
           "All about love (and its sources).",
           "Mal is a sailor.",
       }) {
    EXPECT_EQ(clean_synopsis(text), text);
  }
}

TEST(CleanSynopsisTest, MarkUpGoesAndItsTextStays) {
  expect_all({
      {"One<br>two<BR/><br />three", "One\ntwo\nthree"},
      {"<p>An <i>old</i> <a href=\"x?y=1\">ship</a></p><p>sails</p>", "An old ship\nsails"},
      {"a<!-- hidden --> b<script>var x = '<b>';</script>c", "a bc"},
      {"Player of <Infinite Sea> wants < to win >", "Player of <Infinite Sea> wants < to win >"},
      {"I <3 you, 1 < 2", "I <3 you, 1 < 2"},
      {"Tom &amp; Ann&#39;s &quot;boat&quot; &mdash; caf&eacute;&hellip;",
       "Tom & Ann's \"boat\" — café…"},
      {"&amp;amp;lt;b&amp;gt;bold", "bold"},
      {"&unknown; &#0; &#xD800; &#1114112; A&B", "&unknown; &#0; &#xD800; &#1114112; A&B"},
      {"[b]Bold[/b] and [character=12]Anna[/character] [url=http://x.y]here[/url]",
       "Bold and Anna here"},
      {"Brother[s] of [Kuro] [G]", "Brother[s] of [Kuro] [G]"},
      {"Seen. [spoiler=end]All die.[/spoiler] Rest.", "Seen. Rest."},
      {"[[Anna]] sails", "Anna sails"},
      {"A **bold** and *quiet* __old__ _thin_ ~~wrong~~ word",
       "A bold and quiet old thin wrong word"},
      {"DECO*27 and group_inou, Wakaba*Girl and Hana*Hana, 2 * 3 * 4",
       "DECO*27 and group_inou, Wakaba*Girl and Hana*Hana, 2 * 3 * 4"},
      {"See [the ship](https://example.org/a_(b)) now", "See the ship) now"},
      {"# Heading\n---\n#3: Part", "Heading\n#3: Part"},
      {"The end is ~!he dies!~ sad", "The end is sad"},
      {"the king`s sword and `code`", "the king's sword and code"},
      {"a \\*star\\*", "a star"},
  });
}

TEST(CleanSynopsisTest, InvisibleCharactersGo) {
  expect_all({
      {"a\u200bb\u2060c\ufeff d\u00ade\u200e", "abc de"},
      {"a\x01\x02\x7f"
       "b\u0085c",
       "ab\nc"},
      {"\u064a\u0645\u200c\u0646", "\u064a\u0645\u200c\u0646"},
      {"\U0001F468\u200d\U0001F469", "\U0001F468\u200d\U0001F469"},
      {"a\u200cb \u200d", "ab"},
      {"bad \xff\xfe bytes", "bad \uFFFD\uFFFD bytes"},
      {"Poke\u0301mon", "Pokémon"},
  });
}

TEST(CleanSynopsisTest, SpacesCollapseAndParagraphsStayApart) {
  expect_all({
      {"  a  b\tc\u00a0\u3000d  ", "a b c d"},
      {"one\r\n\r\n\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"},
      {"", ""},
      {" \n \n", ""},
  });
}

TEST(CleanSynopsisTest, CleaningTwiceChangesNothing) {
  for (const char* text :
       {"&lt;b&gt;x&lt;/b&gt; (Source: A) (Source: B)", "<<b>b>x", "&am&#112;;lt;i>",
        "[[[b]]]a[/b]", "***a*** **b* *c**", "\\\\\\*a*", "a (Source: X) (anidb) [Written by Y]"}) {
    const std::string once = clean_synopsis(text);
    EXPECT_EQ(clean_synopsis(once), once) << text;
  }
}

TEST(CleanSynopsisTest, HostileTextTakesNoLongerThanOrdinaryText) {
  for (const char* piece : {"<",         "<a ",       "[",  "[b]", "[[",  "&",  "&amp;",
                            "(Source: ", "(Source:)", "*",  "**a", "_a ", "~!", "<script>",
                            "[spoiler]", "`",         "\\", "(",   ")",   "（", "] [Written by x",
                            "\xff",      "\u200d",    "\n", "\n#"}) {
    std::string text;
    while (text.size() < 100'000) text += piece;
    EXPECT_TRUE(is_valid_utf8(clean_synopsis(text))) << piece;
  }
}

TEST(CleanSynopsisTest, RandomBytesGiveValidText) {
  std::mt19937 random(11);
  const std::string alphabet = "ab<>&;[]()*_~!`\\#/= \n:SouceW\xd1\x91\xe3\x81\x82\xff\"";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t i = random() % 80; i > 0; --i) text += alphabet[random() % alphabet.size()];
    EXPECT_TRUE(is_valid_utf8(clean_synopsis(text)));
    EXPECT_TRUE(is_valid_utf8(clean_line(text)));
  }
}

TEST(CleanLineTest, KeepsMarkUpAndJoinsLines) {
  EXPECT_EQ(clean_line(" <Infinite>\n Dendro\u200bgram  [b] (TV) "),
            "<Infinite> Dendrogram [b] (TV)");
}

}  // namespace
}  // namespace anireco
