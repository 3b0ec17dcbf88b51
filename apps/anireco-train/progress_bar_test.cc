#include "progress_bar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace anireco::trainer {
namespace {

struct Shown {
  explicit Shown(bool terminal)
      : bar(terminal, [this](std::string_view text) { all += text; }, [this] { return seconds; }) {}
  std::string all;
  double seconds = 0;
  ProgressBar bar;
};

TEST(ProgressBar, IsDrawnOverOnATerminal) {
  Shown shown(true);
  shown.bar.show(0, 10, "loss 1.5");
  shown.seconds = 30;
  shown.bar.show(5, 10, "x");
  shown.bar.clear();
  EXPECT_EQ(shown.all,
            "\r[..............................] 0 of 10: loss 1.5"
            "\r[###############...............] 5 of 10: x, 0:30 left\n");
}

TEST(ProgressBar, IsALineEachTenthElsewhere) {
  Shown shown(false);
  for (int step = 0; step <= 100; ++step) shown.bar.show(step, 100, "y");
  shown.bar.clear();
  EXPECT_EQ(std::ranges::count(shown.all, '\n'), 11);
  EXPECT_TRUE(shown.all.starts_with("step 0 of 100: y\nstep 10 of 100: y, 0:00 left\n"));
  EXPECT_EQ(shown.all.find('\r'), std::string::npos);
}

}  // namespace
}  // namespace anireco::trainer
