#include "text/unicode.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace anireco {
namespace {

TEST(Utf8Test, WellFormedTextIsToldFromMalformed) {
  for (const char* good : {"", "abc", "Ёж", "浪", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_valid_utf8(good)) << good;
    EXPECT_EQ(to_valid_utf8(good), good);
  }
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xff", "\xe3\x81", "a\xd0", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
    EXPECT_TRUE(is_valid_utf8(to_valid_utf8(bad)));
  }
  EXPECT_EQ(to_valid_utf8("a\xff-\xe3\x81"), "a\uFFFD-\uFFFD\uFFFD");
}

TEST(Utf8Test, CodePointsSurviveTheWayThereAndBack) {
  std::u32string all;
  for (char32_t c = 0; c < 0x110000; c += 97) {
    if (c < 0xd800 || c > 0xdfff) all += c;
  }
  const std::string text = to_utf8(all);
  EXPECT_EQ(to_code_points(text), all);
  EXPECT_EQ(count_code_points(text), all.size());
  EXPECT_TRUE(is_valid_utf8(text));
  EXPECT_EQ(to_utf8(U"\xd800"), "\uFFFD");
}

TEST(Utf8Test, TruncationCutsNoCharacter) {
  const std::string text = "aЖ浪\xf0\x9f\x98\x80z";
  EXPECT_EQ(truncate_utf8(text, 0), "");
  EXPECT_EQ(truncate_utf8(text, 2), "a");
  EXPECT_EQ(truncate_utf8(text, 3), "aЖ");
  EXPECT_EQ(truncate_utf8(text, 5), "aЖ");
  EXPECT_EQ(truncate_utf8(text, 9), "aЖ浪");
  EXPECT_EQ(truncate_utf8(text, 10), "aЖ浪\xf0\x9f\x98\x80");
  EXPECT_EQ(truncate_utf8(text, 100), text);
  EXPECT_LE(truncate_utf8(std::string(50, '\x80'), 7).size(), 7U);
}

TEST(FoldTest, SpellingsOfOneNameMeet) {
  EXPECT_EQ(fold_for_matching("  Fullmetal   ALCHEMIST: Brotherhood! "),
            "fullmetal alchemist brotherhood");
  EXPECT_EQ(fold_for_matching("Pokémon"), "pokemon");
  EXPECT_EQ(fold_for_matching("Poke\u0301mon"), "pokemon");
  EXPECT_EQ(fold_for_matching("ＦＬＣＬ①"), "flcl1");
  EXPECT_EQ(fold_for_matching("Knockin' on Heaven’s Door"), "knockin on heavens door");
  EXPECT_EQ(fold_for_matching("Straße ŁÓDŹ Ørsted Æon"), "strasse lodz orsted aeon");
  EXPECT_EQ(fold_for_matching("İstanbul"), "istanbul");
  EXPECT_EQ(fold_for_matching("ǽ ǿ"), "ae o");
  EXPECT_EQ(fold_for_matching("Re:Zero kara—Hajimeru"), "re zero kara hajimeru");
}

TEST(FoldTest, RussianYoIsYeAndShortIStays) {
  EXPECT_EQ(fold_for_matching("Ёлка"), "елка");
  EXPECT_EQ(fold_for_matching("Е\u0308лка"), "елка");
  EXPECT_EQ(fold_for_matching("Мой сосед"), "мой сосед");
  EXPECT_EQ(fold_for_matching("Мои\u0306"), "мой");
  EXPECT_NE(fold_for_matching("мой"), fold_for_matching("мои"));
  EXPECT_EQ(fold_for_matching("Її"), "її");
}

TEST(FoldTest, KanaKeepTheirSoundMarks) {
  EXPECT_EQ(fold_for_matching("ガンダム"), "ガンダム");
  EXPECT_EQ(fold_for_matching("ｶﾞﾝﾀﾞﾑ"), "ガンダム");
  EXPECT_EQ(fold_for_matching("カ\u3099ンダム"), "ガンダム");
  EXPECT_NE(fold_for_matching("か"), fold_for_matching("が"));
  EXPECT_NE(fold_for_matching("かな"), fold_for_matching("カナ"));
  EXPECT_EQ(fold_for_matching("カウボーイ・ビバップ「天国」"), "カウボーイ ビバップ 天国");
  EXPECT_EQ(fold_for_matching("인간"), "인간");
  EXPECT_EQ(fold_for_matching("คาวบอย"), "คาวบอย");
}

TEST(FoldTest, ATitleOfSymbolsFoldsToItself) {
  EXPECT_EQ(fold_for_matching("!!!"), "!!!");
  EXPECT_EQ(fold_for_matching(" ∀ "), "∀");
  EXPECT_EQ(fold_for_matching("★  ♪"), "★ ♪");
  EXPECT_EQ(fold_for_matching(" \t\n"), "");
  EXPECT_EQ(fold_for_matching(""), "");
  EXPECT_EQ(fold_for_matching("\u200b"), "");
}

TEST(LowerTest, IgnoresLocaleAndKnowsAllScripts) {
  EXPECT_EQ(to_lower("ABC Ёж ÀΣ"), "abc ёж àς");
  EXPECT_EQ(to_lower("I"), "i");
}

TEST(ScriptTest, ScriptsAreRecognised) {
  EXPECT_TRUE(has_cyrillic("Mushishi мастер"));
  EXPECT_FALSE(has_cyrillic("Mushishi"));
  EXPECT_TRUE(has_kana_or_han("title 蟲師"));
  EXPECT_TRUE(has_kana_or_han("ｶﾞ"));
  EXPECT_FALSE(has_kana_or_han("인간 Ж é"));
  EXPECT_TRUE(has_latin("Ж é"));
  EXPECT_FALSE(has_latin("Ж 1 蟲"));
  EXPECT_TRUE(is_cyrillic_only("Тетрадь смерти 2!"));
  EXPECT_FALSE(is_cyrillic_only("Тетрадь death"));
  EXPECT_FALSE(is_cyrillic_only("123"));
}

TEST(UnicodeTest, AnyBytesGiveValidText) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string bytes(random() % 64, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_TRUE(is_valid_utf8(to_valid_utf8(bytes)));
    EXPECT_TRUE(is_valid_utf8(fold_for_matching(bytes)));
    EXPECT_TRUE(is_valid_utf8(to_lower(bytes)));
    EXPECT_TRUE(is_valid_utf8(to_nfc(bytes)));
    has_latin(bytes);
    has_cyrillic(bytes);
    has_kana_or_han(bytes);
    const std::string folded = fold_for_matching(bytes);
    EXPECT_EQ(fold_for_matching(folded), folded);
  }
}

TEST(UnicodeTest, AMegabyteIsNoTrouble) {
  const std::string marks = "a" + [] {
    std::string text;
    for (int i = 0; i < 500'000; ++i) text += "\u0301";
    return text;
  }();
  EXPECT_EQ(fold_for_matching(marks), "a");
  EXPECT_EQ(fold_for_matching(std::string(1 << 20, 'A')), std::string(1 << 20, 'a'));
  EXPECT_TRUE(is_valid_utf8(to_nfc(marks)));
}

}  // namespace
}  // namespace anireco
