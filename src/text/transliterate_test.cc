#include "text/transliterate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "text/unicode.h"

namespace anireco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(RomajiToCyrillicTest, GivesPolivanovsAndTheFansSpelling) {
  EXPECT_THAT(romaji_to_cyrillic("Mushishi"), ElementsAre("мусиси", "мушиши"));
  EXPECT_THAT(romaji_to_cyrillic("Shinji"), ElementsAre("синдзи", "шинджи"));
  EXPECT_THAT(romaji_to_cyrillic("Naruto"), ElementsAre("наруто"));
  EXPECT_THAT(romaji_to_cyrillic("Shingeki no Kyojin"),
              ElementsAre("сингэки но кёдзин", "шингеки но кёджин"));
  EXPECT_THAT(romaji_to_cyrillic("Chihayafuru"), ElementsAre("тихаяфуру", "чихаяфуру"));
  EXPECT_THAT(romaji_to_cyrillic("Kimi no Na wa."), ElementsAre("кими но на ва"));
  EXPECT_THAT(romaji_to_cyrillic("Bocchi"), ElementsAre("ботти", "боччи"));
  EXPECT_THAT(romaji_to_cyrillic("Yuru Yuri"), ElementsAre("юру юри"));
  EXPECT_THAT(romaji_to_cyrillic("Shounen"), ElementsAre("сёнэн", "шонен"));
  EXPECT_THAT(romaji_to_cyrillic("Shōnen"), ElementsAre("сёнэн", "шонен"));
  EXPECT_THAT(romaji_to_cyrillic("Sanpo"), ElementsAre("сампо", "санпо"));
  EXPECT_THAT(romaji_to_cyrillic("Shin'ichi"), ElementsAre("синъити", "шинъичи"));
  EXPECT_THAT(romaji_to_cyrillic("Zankyou"), ElementsAre("дзанкё", "занкё"));
}

TEST(RomajiToCyrillicTest, TextsWithoutLatinLettersGiveNothing) {
  EXPECT_THAT(romaji_to_cyrillic(""), IsEmpty());
  EXPECT_THAT(romaji_to_cyrillic("91"), IsEmpty());
  EXPECT_THAT(romaji_to_cyrillic("蟲師 мастер"), IsEmpty());
}

TEST(RomajiKeyTest, AllSpellingsMeet) {
  EXPECT_EQ(romaji_key("Mushishi"), "musisi");
  for (const char* spelling : {"Мусиси", "мушиши", "Мушищи"}) {
    EXPECT_EQ(cyrillic_to_romaji_key(spelling), "musisi") << spelling;
  }
  for (const char* spelling : {"Ковбой Бибоп", "ковбой-бибоп", "КовбойБибоп"}) {
    EXPECT_EQ(cyrillic_to_romaji_key(spelling), "kovboibibop");
  }
  for (const char* title :
       {"Shingeki no Kyojin", "Sen to Chihiro no Kamikakushi", "JoJo no Kimyou na Bouken",
        "Yojouhan Shinwa Taikei", "Bocchi the Rock!", "Mahou Shoujo Madoka★Magica",
        "Kishin Houkou Demonbane", "Juuni Kokuki", "Gyakkyou Burai Kaiji",
        "Saber Marionette J Again", "Shin'ya Shokudou", "Hajime no Ippo", "Zetsubou Sensei",
        "Pizza Matcha Issho"}) {
    for (const std::string& spelling : romaji_to_cyrillic(title)) {
      EXPECT_EQ(cyrillic_to_romaji_key(spelling), romaji_key(title)) << title << ' ' << spelling;
    }
  }
}

TEST(RomajiKeyTest, DifferentNamesStayApart) {
  EXPECT_NE(romaji_key("Naruto"), romaji_key("Boruto"));
  EXPECT_NE(romaji_key("Kanon"), romaji_key("Kanan"));
}

TEST(RomajiKeyTest, AnyBytesAreAccepted) {
  for (const std::string& text :
       {std::string("\xff\xfe n'"), std::string("n'\xd1"), std::string(1 << 18, 'n'),
        std::string(1 << 18, 'o'), std::string("\0sh\0", 4)}) {
    for (const std::string& spelling : romaji_to_cyrillic(text)) {
      EXPECT_TRUE(is_valid_utf8(spelling));
    }
    EXPECT_TRUE(is_valid_utf8(romaji_key(text)));
    EXPECT_TRUE(is_valid_utf8(cyrillic_to_romaji_key(text)));
  }
}

}  // namespace
}  // namespace anireco
