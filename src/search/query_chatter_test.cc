#include "search/query_chatter.h"

#include <gtest/gtest.h>

namespace anireco {
namespace {

TEST(QueryChatterTest, drops_what_every_request_says) {
  EXPECT_EQ(without_chatter("An anime show about a doctor"), "An about a doctor");
  EXPECT_EQ(without_chatter("Посоветуйте аниме про духов"), "духов");
}

TEST(QueryChatterTest, keeps_a_text_that_is_nothing_else) {
  EXPECT_EQ(without_chatter("Show"), "Show");
  EXPECT_EQ(without_chatter("название ?"), "название ?");
  EXPECT_EQ(without_chatter(""), "");
}

TEST(QueryChatterTest, leaves_nothing_of_a_mere_comparison) {
  EXPECT_EQ(without_comparison("but a bit lighter"), "");
  EXPECT_EQ(without_comparison("но покороче и добрее"), "");
  EXPECT_EQ(without_comparison("but funnier with pirates"), "with pirates");
}

}  // namespace
}  // namespace anireco
