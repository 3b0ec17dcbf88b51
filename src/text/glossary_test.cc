#include "text/glossary.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace anireco {
namespace {

const Glossary& small() {
  static const Glossary kGlossary(
      "# words\n"
      "девочка\tgirl; little girl\n"
      "друг\tfriend\n"
      "друг детства\tchildhood friend\n"
      "детство\tchildhood\n"
      "про\t-\n"
      "лёд\tice\n"
      "лёд\tfrost\n");
  return kGlossary;
}

TEST(Glossary, renders_word_by_word_in_any_case_form) {
  EXPECT_EQ(small().render("про девочку и лед"), "girl ice");
  EXPECT_EQ(small().render("Девочки, девочкам; ЛЁД!"), "girl girl ice");
}

TEST(Glossary, takes_the_longest_expression) {
  EXPECT_EQ(small().render("друга детства"), "childhood friend");
  EXPECT_EQ(small().render("друг девочки из детства"), "friend girl childhood");
}

TEST(Glossary, keeps_what_is_not_russian_and_drops_unknown_words) {
  EXPECT_EQ(small().render("девочка android 18 абракадабра"), "girl android 18");
  EXPECT_EQ(small().render("абракадабра про"), "");
  EXPECT_EQ(small().render(""), "");
}

TEST(Glossary, gives_every_gloss_once) {
  EXPECT_EQ(small().all_glosses("девочка, лёд, девочка"), "girl little girl ice frost");
  EXPECT_EQ(small().size(), 6U);
}

TEST(Glossary, refuses_lines_that_are_none_and_names_them) {
  for (const char* text : {"девочка girl\n", "девочка\t\n", "\tgirl\n", "# x\nдевочка\n"}) {
    EXPECT_THROW(Glossary{text}, Error) << text;
  }
  try {
    Glossary("девочка\tgirl\n\nлёд\n");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("line 3"), std::string::npos);
  }
}

TEST(Glossary, no_bytes_make_it_fail) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = "девочка " + std::string(3, static_cast<char>(byte)) + " лёд";
    EXPECT_NO_THROW(small().render(text));
  }
}

TEST(Glossary, the_one_that_ships_knows_what_people_describe) {
  EXPECT_GT(russian_glossary().size(), 5000U);
  EXPECT_EQ(russian_glossary().render("школьница и призрак").find("schoolgirl"), 0U);
}

}  // namespace
}  // namespace anireco
