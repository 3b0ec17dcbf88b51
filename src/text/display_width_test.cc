#include "text/display_width.h"

#include <gtest/gtest.h>

namespace anireco {
namespace {

TEST(DisplayWidthTest, counts_columns_as_a_terminal_does) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("Monster"), 7U);
  EXPECT_EQ(display_width("蟲師"), 4U);
  EXPECT_EQ(display_width("ё"), 1U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);
}

}  // namespace
}  // namespace anireco
