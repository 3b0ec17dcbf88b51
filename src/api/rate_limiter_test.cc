#include "api/rate_limiter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace anireco {
namespace {

using namespace std::chrono_literals;

constexpr ClientLimit kThreeAtOnceOneASecond{.per_minute = 60, .burst = 3};

TEST(RateLimiter, takes_a_burst_and_then_one_for_each_interval) {
  ManualClock clock;
  RateLimiter limiter(clock);
  for (std::size_t left : {2U, 1U, 0U}) {
    const auto verdict = limiter.take("ann", kThreeAtOnceOneASecond);
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(verdict.remaining, left);
  }
  const auto refused = limiter.take("ann", kThreeAtOnceOneASecond);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.until_next, 1s);
  EXPECT_EQ(refused.until_full, 3s);
  clock.advance(900ms);
  EXPECT_FALSE(limiter.take("ann", kThreeAtOnceOneASecond).allowed);
  // A refusal costs nothing: what it promised holds.
  clock.advance(100ms);
  EXPECT_TRUE(limiter.take("ann", kThreeAtOnceOneASecond).allowed);
  EXPECT_FALSE(limiter.take("ann", kThreeAtOnceOneASecond).allowed);
  clock.advance(1h);
  EXPECT_EQ(limiter.take("ann", kThreeAtOnceOneASecond).remaining, 2U);
}

TEST(RateLimiter, holds_a_steady_client_to_its_rate) {
  ManualClock clock;
  RateLimiter limiter(clock);
  const ClientLimit limit{.per_minute = 600, .burst = 10};
  int taken = 0;
  for (int i = 0; i < 60 * 50; ++i) {
    taken += limiter.take("ann", limit).allowed ? 1 : 0;
    clock.advance(20ms);
  }
  EXPECT_NEAR(taken, 610, 1);
}

TEST(RateLimiter, keeps_clients_apart) {
  ManualClock clock;
  RateLimiter limiter(clock);
  while (limiter.take("ann", kThreeAtOnceOneASecond).allowed) {
  }
  EXPECT_TRUE(limiter.take("ben", kThreeAtOnceOneASecond).allowed);
}

TEST(RateLimiter, slow_rates_wait_long) {
  ManualClock clock;
  RateLimiter limiter(clock);
  const ClientLimit limit{.per_minute = 0.5, .burst = 1};
  EXPECT_EQ(limit.window(), 120s);
  EXPECT_TRUE(limiter.take("ann", limit).allowed);
  EXPECT_EQ(limiter.take("ann", limit).until_next, 120s);
}

TEST(RateLimiter, a_fast_rate_takes_a_second_of_requests_at_once) {
  EXPECT_EQ((ClientLimit{.per_minute = 6000, .burst = 10}.capacity()), 100U);
  EXPECT_EQ((ClientLimit{.per_minute = 60, .burst = 10}.capacity()), 10U);
}

TEST(RateLimiter, remembers_no_more_clients_than_it_may) {
  ManualClock clock;
  RateLimiter limiter(clock, 100);
  while (limiter.take("ann", kThreeAtOnceOneASecond).allowed) {
  }
  for (int i = 0; i < 10000; ++i) {
    limiter.take("client " + std::to_string(i), kThreeAtOnceOneASecond);
    // Who asks all the time is not the one that is forgotten.
    if (i % 50 == 0) {
      EXPECT_FALSE(limiter.take("ann", kThreeAtOnceOneASecond).allowed) << i;
    }
    ASSERT_LE(limiter.clients(), 100U);
  }
}

TEST(RateLimiter, forgets_full_buckets) {
  ManualClock clock;
  RateLimiter limiter(clock);
  for (int i = 0; i < 1000; ++i) {
    limiter.take("client " + std::to_string(i), kThreeAtOnceOneASecond);
    clock.advance(100ms);
  }
  EXPECT_LE(limiter.clients(), 12U);
}

TEST(RateLimiter, counts_right_from_many_threads) {
  ManualClock clock;
  RateLimiter limiter(clock);
  const ClientLimit limit{.per_minute = 60, .burst = 1000};
  std::atomic<int> taken = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) taken += limiter.take("ann", limit).allowed ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(taken, 1000);
}

}  // namespace
}  // namespace anireco
