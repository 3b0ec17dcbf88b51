#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <vector>

#include "base/error.h"

namespace anireco {
namespace {

TEST(ThreadPoolTest, RunsEveryAcceptedJobBeforeItEnds) {
  std::atomic<int> done = 0;
  int accepted = 0;
  {
    ThreadPool pool({.threads = 3, .max_queue = 1000, .name = "a-name-longer-than-15-bytes"});
    EXPECT_EQ(pool.threads(), 3U);
    for (int i = 0; i < 500; ++i) accepted += pool.try_submit([&] { ++done; }) ? 1 : 0;
  }
  EXPECT_EQ(accepted, 500);
  EXPECT_EQ(done, 500);
}

TEST(ThreadPoolTest, RefusesWhenTheQueueIsFullAndTakesAgainLater) {
  std::promise<void> gate;
  std::promise<void> started;
  std::shared_future<void> opened = gate.get_future().share();
  ThreadPool pool({.threads = 1, .max_queue = 2});
  ASSERT_TRUE(pool.try_submit([&] {
    started.set_value();
    opened.wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.try_submit([] {}));
  EXPECT_TRUE(pool.try_submit([] {}));
  EXPECT_EQ(pool.queued(), 2U);
  EXPECT_FALSE(pool.try_submit([] {}));
  gate.set_value();
  std::promise<void> last;
  while (!pool.try_submit([&] { last.set_value(); })) {
  }
  last.get_future().wait();
}

TEST(ThreadPoolTest, AThrowingJobDoesNotStopTheOthers) {
  std::promise<void> after;
  ThreadPool pool({.threads = 1});
  ASSERT_TRUE(pool.try_submit([] { throw std::runtime_error("on purpose"); }));
  ASSERT_TRUE(pool.try_submit([] { throw Error(ErrorKind::internal, "on purpose"); }));
  ASSERT_TRUE(pool.try_submit([&] { after.set_value(); }));
  after.get_future().wait();
}

TEST(ThreadPoolTest, OneThreadKeepsTheOrderOfJobs) {
  std::vector<int> order;
  {
    ThreadPool pool({.threads = 1, .max_queue = 100});
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(pool.try_submit([&order, i] { order.push_back(i); }));
  }
  ASSERT_EQ(order.size(), 50U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(ThreadPoolTest, RefusesToBeMadeWithoutThreadsOrQueue) {
  EXPECT_THROW(ThreadPool({.threads = 0}), Error);
  EXPECT_THROW(ThreadPool({.threads = 1, .max_queue = 0}), Error);
}

}  // namespace
}  // namespace anireco
