#include "base/growing_pause.h"

#include <gtest/gtest.h>

namespace anireco {
namespace {

using std::chrono::seconds;

TEST(GrowingPauseTest, doubles_up_to_the_longest_and_begins_anew_after_a_success) {
  GrowingPause pause(seconds(1), seconds(60));
  EXPECT_EQ(pause.length(), seconds(1));
  for (const int expected : {2, 4, 8, 16, 32, 60, 60}) {
    pause.failed();
    EXPECT_EQ(pause.length(), seconds(expected));
  }
  pause.succeeded();
  EXPECT_EQ(pause.length(), seconds(1));
  pause.failed();
  EXPECT_EQ(pause.length(), seconds(2));
}

}  // namespace
}  // namespace anireco
