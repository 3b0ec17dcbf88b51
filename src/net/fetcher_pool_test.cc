#include "net/fetcher_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/error.h"
#include "net/fetch_error.h"

namespace anireco {
namespace {

/// Notices when two threads are in it at once.
class LoneFetcher final : public HttpFetcher {
 public:
  explicit LoneFetcher(std::atomic<int>& clashes) : clashes_(clashes) {}
  FetchResponse fetch(const FetchRequest& request) override {
    if (busy_.exchange(true)) ++clashes_;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    busy_ = false;
    if (request.url == "cut") throw FetchError(FetchFailure::cut, "cut");
    return {.status = 200, .body = request.url};
  }

 private:
  std::atomic<int>& clashes_;
  std::atomic<bool> busy_ = false;
};

TEST(FetcherPoolTest, no_two_threads_share_a_fetcher) {
  std::atomic<int> clashes = 0;
  std::atomic<int> made = 0;
  FetcherPool pool([&] {
    ++made;
    return std::make_unique<LoneFetcher>(clashes);
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) EXPECT_EQ(pool.fetch({.url = "x"}).body, "x");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(clashes, 0);
  EXPECT_LE(made, 8) << "they are used again";
}

TEST(FetcherPoolTest, a_fetcher_that_failed_is_not_used_again) {
  std::atomic<int> clashes = 0;
  int made = 0;
  FetcherPool pool([&] {
    ++made;
    return std::make_unique<LoneFetcher>(clashes);
  });
  EXPECT_THROW(pool.fetch({.url = "cut"}), FetchError);
  pool.fetch({.url = "x"});
  pool.fetch({.url = "x"});
  EXPECT_EQ(made, 2);
}

}  // namespace
}  // namespace anireco
