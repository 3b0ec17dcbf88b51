#include "base/clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace anireco {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(ClockTest, system_clock_sleeps_until_the_instant) {
  SystemClock clock;
  const Clock::Instant until = clock.now() + milliseconds(20);
  EXPECT_TRUE(clock.sleep_until(until));
  EXPECT_GE(clock.now(), until);
}

TEST(ClockTest, a_stop_request_ends_a_long_sleep) {
  SystemClock clock;
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(20));
    stop.request_stop();
  });
  EXPECT_FALSE(clock.sleep_until(clock.now() + hours(1), stop.get_token()));
}

TEST(ClockTest, manual_clock_moves_by_sleeping_and_never_back) {
  ManualClock clock;
  const Clock::Instant begin = clock.now();
  EXPECT_TRUE(clock.sleep_until(begin + hours(2)));
  EXPECT_TRUE(clock.sleep_until(begin + hours(1)));
  EXPECT_EQ(clock.now() - begin, hours(2));
  EXPECT_EQ(clock.date().time_since_epoch(), hours(2));
}

}  // namespace
}  // namespace anireco
