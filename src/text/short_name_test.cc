#include "text/short_name.h"

#include <gtest/gtest.h>

namespace anireco {
namespace {

TEST(ShortNames, are_equal_whatever_their_case_and_form) {
  EXPECT_EQ(fold_short_name("Ann_2-b", 40), "ann_2-b");
  EXPECT_EQ(fold_short_name("МАША", 40), "маша");
  EXPECT_EQ(fold_short_name("Ａｎｎ", 40), "ann");
  EXPECT_EQ(fold_short_name("花子", 40), "花子");
  EXPECT_EQ(fold_short_name("e\xCC\x81milie", 40), fold_short_name("émilie", 40));
}

TEST(ShortNames, hold_letters_and_digits_only) {
  for (const char* wrong : {"", "a b", "a/b", "../x", "a.b", "a\n", "a%00", "<b>", "🙂", "a'b",
                            "\xff\xfe", "\xE2\x80\x8B"}) {
    EXPECT_EQ(fold_short_name(wrong, 40), std::nullopt) << wrong;
  }
  EXPECT_EQ(fold_short_name(std::string("a\0b", 3), 40), std::nullopt);
  EXPECT_TRUE(fold_short_name(std::string(40, 'a'), 40));
  EXPECT_FALSE(fold_short_name(std::string(41, 'a'), 40));
}

}  // namespace
}  // namespace anireco
