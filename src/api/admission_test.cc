#include "api/admission.h"

#include <gtest/gtest.h>

#include <deque>

namespace anireco {
namespace {

using namespace std::chrono_literals;

constexpr AdmissionOptions kTwoWorkers{
    .workers = 2, .max_burst = 50, .max_standing = 8, .burst = 100ms};
const Admission::Instant kStart{1h};

TEST(Admission, takes_a_burst_whole) {
  Admission admission(kTwoWorkers);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(admission.enter(kStart)) << i;
  EXPECT_FALSE(admission.enter(kStart));
}

TEST(Admission, takes_few_while_a_queue_stands) {
  Admission admission(kTwoWorkers);
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(admission.enter(kStart));
  EXPECT_TRUE(admission.enter(kStart + 99ms));
  EXPECT_FALSE(admission.enter(kStart + 100ms));
  admission.leave(kStart + 101ms);
  EXPECT_FALSE(admission.enter(kStart + 102ms));
  admission.leave(kStart + 103ms);
  EXPECT_TRUE(admission.enter(kStart + 104ms));
  EXPECT_FALSE(admission.enter(kStart + 105ms));
}

TEST(Admission, allows_a_burst_again_once_the_queue_was_empty) {
  Admission admission(kTwoWorkers);
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(admission.enter(kStart));
  ASSERT_FALSE(admission.enter(kStart + 200ms));
  for (int i = 0; i < 6; ++i) admission.leave(kStart + 201ms);
  // Two under way are two workers' work: nothing waits.
  admission.leave(kStart + 202ms);
  int taken = 0;
  while (admission.enter(kStart + 203ms)) ++taken;
  EXPECT_EQ(taken, 49);
}

TEST(Admission, a_busy_server_without_a_queue_refuses_nobody) {
  Admission admission(kTwoWorkers);
  auto now = kStart;
  ASSERT_TRUE(admission.enter(now));
  for (int i = 0; i < 1000; ++i) {
    now += 10ms;
    ASSERT_TRUE(admission.enter(now));
    now += 10ms;
    admission.leave(now);
  }
}

TEST(Admission, holds_the_queue_shorter_while_more_come_than_it_takes) {
  AdmissionOptions options = kTwoWorkers;
  options.max_standing = 4;
  options.max_overloaded = 3;
  options.relief = 1s;
  Admission admission(options);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(admission.enter(kStart));
  const auto refused = kStart + 200ms;
  ASSERT_FALSE(admission.enter(refused));
  admission.leave(refused + 1ms);
  // Three are under way. Being refused now does not make it last longer.
  for (auto now = refused + 2ms; now < refused + 1s; now += 7ms) {
    ASSERT_FALSE(admission.enter(now));
    admission.leave(now + 1ms);
    ASSERT_TRUE(admission.enter(now + 2ms));
  }
  ASSERT_TRUE(admission.enter(refused + 1s)) << "there may be four again";
  ASSERT_FALSE(admission.enter(refused + 1001ms));
  admission.leave(refused + 1002ms);
  EXPECT_FALSE(admission.enter(refused + 1003ms));
}

TEST(Admission, overload_ends_no_sooner_for_a_moment_without_a_queue) {
  AdmissionOptions options = kTwoWorkers;
  options.max_overloaded = 3;
  Admission admission(options);
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(admission.enter(kStart));
  ASSERT_FALSE(admission.enter(kStart + 200ms));
  for (int i = 0; i < 8; ++i) admission.leave(kStart + 201ms);
  int taken = 0;
  while (admission.enter(kStart + 202ms)) ++taken;
  EXPECT_EQ(taken, 3);
}

TEST(Admission, bounds_the_wait_under_twice_the_load) {
  // Two workers, 10 ms a request, one every 2.5 ms: 400 a second where 200 can be answered.
  Admission admission(kTwoWorkers);
  std::deque<Admission::Instant> waiting;
  std::size_t busy = 0;
  std::deque<std::pair<Admission::Instant, Admission::Instant>> working;  // end, arrival
  std::size_t answered = 0;
  std::size_t late = 0;
  for (auto now = kStart; now < kStart + 60s; now += 500us) {
    while (!working.empty() && working.front().first <= now) {
      late += now - working.front().second > 50ms ? 1U : 0U;
      ++answered;
      working.pop_front();
      --busy;
      admission.leave(now);
    }
    if ((now - kStart) % 2500us == 0us && admission.enter(now)) waiting.push_back(now);
    while (busy < 2 && !waiting.empty()) {
      working.emplace_back(now + 10ms, waiting.front());
      waiting.pop_front();
      ++busy;
    }
  }
  EXPECT_GT(answered, 11500U);
  EXPECT_LT(late, answered / 100);
}

}  // namespace
}  // namespace anireco
