#include "encoder/encoder_scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "encoder/batch_plan.h"
#include "encoder/hashing_encoder.h"
#include "encoder/vector_cache.h"
#include "tensor/thread_team.h"

namespace anireco {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLong{30'000};

// A HashingEncoder whose runs wait for a gate, and that tells how it was called.
class GatedEncoder final : public TextEncoder {
 public:
  size_t dimension() const override { return inner_.dimension(); }
  const std::string& fingerprint() const override { return inner_.fingerprint(); }
  Tokens tokenize(std::string_view text) const override { return inner_.tokenize(text); }
  void encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                     ThreadTeam* team) const override {
    {
      std::unique_lock lock(mutex_);
      ++running_;
      sizes_.push_back(sequences.size());
      team_sizes_.push_back(team == nullptr ? 1 : team->size());
      changed_.notify_all();
      changed_.wait(lock, [this] { return open_; });
    }
    if (failing_) throw Error(ErrorKind::internal, "out of order");
    inner_.encode_tokens(sequences, out, team);
  }

  void set_open(bool open) {
    const std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  void wait_for_runs(size_t n) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return running_ >= n; });
  }
  std::vector<size_t> sizes() const {
    const std::lock_guard lock(mutex_);
    return sizes_;
  }
  std::vector<size_t> team_sizes() const {
    const std::lock_guard lock(mutex_);
    return team_sizes_;
  }
  std::atomic<bool> failing_{false};

 private:
  HashingEncoder inner_{16};
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable size_t running_ = 0;
  mutable std::vector<size_t> sizes_;
  mutable std::vector<size_t> team_sizes_;
  bool open_ = true;
};

// Collects results that come from worker threads.
class Results {
 public:
  EncoderScheduler::Done expect() {
    const std::lock_guard lock(mutex_);
    ++expected_;
    return [this](EncodeResult result) {
      const std::lock_guard inner(mutex_);
      results_.push_back(std::move(result));
      changed_.notify_all();
    };
  }
  std::vector<EncodeResult> wait() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kLong, [this] { return results_.size() == expected_; }));
    return results_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t expected_ = 0;
  std::vector<EncodeResult> results_;
};

TEST(EncoderScheduler, AnswersAQueryWithTheEncodersOwnVector) {
  const auto encoder = std::make_shared<HashingEncoder>();
  EncoderScheduler scheduler(encoder, {.threads = 2});
  EXPECT_EQ(scheduler.encode_query("quiet sea", kLong), encoder->encode("quiet sea"));
}

TEST(EncoderScheduler, ALoneQueryGetsAllThreadsAndALoadedSchedulerOneAWorker) {
  const auto encoder = std::make_shared<GatedEncoder>();
  EncoderScheduler scheduler(encoder, {.threads = 2});
  encoder->set_open(false);
  Results results;
  ASSERT_TRUE(scheduler.submit("first", results.expect()));
  encoder->wait_for_runs(1);
  ASSERT_TRUE(scheduler.submit("second", results.expect()));
  encoder->wait_for_runs(2);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(scheduler.submit("waiting " + std::to_string(i), results.expect()));
  }
  EXPECT_EQ(scheduler.stats().queue_depth, 10U);
  encoder->set_open(true);
  results.wait();
  const std::vector<size_t> teams = encoder->team_sizes();
  EXPECT_EQ(teams[0], 2U);
  EXPECT_EQ(teams[1], 1U);
  // What waited was taken together.
  EXPECT_LE(encoder->sizes().size(), 2U + 5U);
  EXPECT_EQ(scheduler.stats().batched_texts, 12U);
}

TEST(EncoderScheduler, ABatchHoldsAboutTheTokensItMay) {
  const auto encoder = std::make_shared<GatedEncoder>();
  EncoderScheduler scheduler(encoder, {.threads = 1, .max_batch_tokens = 20});
  encoder->set_open(false);
  Results results;
  ASSERT_TRUE(scheduler.submit("x", results.expect()));
  encoder->wait_for_runs(1);
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(scheduler.submit(std::string(32, static_cast<char>('a' + i)), results.expect()));
  }
  encoder->set_open(true);
  results.wait();
  // 32 bytes are counted as 10 tokens.
  EXPECT_EQ(encoder->sizes(), (std::vector<size_t>{1, 2, 2, 2, 2, 2, 2}));
}

TEST(EncoderScheduler, RefusesWhenTheQueueIsFullAndRecovers) {
  const auto encoder = std::make_shared<GatedEncoder>();
  EncoderScheduler scheduler(encoder, {.threads = 1, .queue_capacity = 2});
  encoder->set_open(false);
  Results results;
  ASSERT_TRUE(scheduler.submit("running", results.expect()));
  encoder->wait_for_runs(1);
  ASSERT_TRUE(scheduler.submit("one", results.expect()));
  ASSERT_TRUE(scheduler.submit("two", results.expect()));
  EXPECT_FALSE(scheduler.submit("three", [](EncodeResult) { FAIL(); }));
  EXPECT_EQ(scheduler.encode_query("four", kLong), std::nullopt);
  EXPECT_EQ(scheduler.stats().refused, 2U);
  encoder->set_open(true);
  for (const EncodeResult& result : results.wait()) EXPECT_TRUE(result.ok());
  EXPECT_TRUE(scheduler.encode_query("three", kLong).has_value());
}

TEST(EncoderScheduler, AKnownTextCompletesAtOnce) {
  EncoderScheduler scheduler(std::make_shared<HashingEncoder>(), {.cache_capacity = 2});
  const auto first = scheduler.encode_query("a", kLong);
  bool called = false;
  ASSERT_TRUE(scheduler.submit("a", [&](const EncodeResult& result) {
    called = true;
    EXPECT_EQ(*result.vector, *first);
  }));
  EXPECT_TRUE(called);
  scheduler.encode_query("b", kLong);
  scheduler.encode_query("c", kLong);
  scheduler.encode_query("a", kLong);  // forgotten: encoded again
  const EncoderSchedulerStats stats = scheduler.stats();
  EXPECT_EQ(stats.cache_hits, 1U);
  EXPECT_EQ(stats.cache_misses, 4U);
  EXPECT_EQ(stats.cache_size, 2U);
}

TEST(EncoderScheduler, RecallsATextThatWasEncodedAndNoOther) {
  EncoderScheduler scheduler(std::make_shared<HashingEncoder>(16), {.threads = 2});
  EXPECT_EQ(scheduler.recall("known"), nullptr);
  EXPECT_EQ(scheduler.stats().submitted, 0U);
  const auto vector = scheduler.encode_query("known", kLong);
  ASSERT_TRUE(vector);
  const auto recalled = scheduler.recall("known");
  ASSERT_TRUE(recalled);
  EXPECT_EQ(*recalled, *vector);
  EXPECT_EQ(scheduler.recall("unknown"), nullptr);
  EXPECT_EQ(scheduler.stats().submitted, 2U);
  EXPECT_EQ(scheduler.stats().cache_hits, 1U);
}

TEST(EncoderScheduler, AQueryThatTakesTooLongIsGivenUp) {
  const auto encoder = std::make_shared<GatedEncoder>();
  EncoderScheduler scheduler(encoder, {.threads = 1});
  encoder->set_open(false);
  Results results;
  ASSERT_TRUE(scheduler.submit("running", results.expect()));
  encoder->wait_for_runs(1);
  EXPECT_EQ(scheduler.encode_query("slow", milliseconds(5)), std::nullopt);
  encoder->set_open(true);
  results.wait();
  EXPECT_TRUE(scheduler.encode_query("slow", kLong).has_value());
}

TEST(EncoderScheduler, AWaitingCallerOfAnIdleSchedulerEncodesItself) {
  const auto encoder = std::make_shared<GatedEncoder>();
  EncoderScheduler scheduler(encoder, {.threads = 2});
  encoder->set_open(false);
  std::thread caller([&] { EXPECT_TRUE(scheduler.encode_query("lone", kLong).has_value()); });
  encoder->wait_for_runs(1);
  // Its run counts as a busy worker: one is left, and no second team.
  Results results;
  ASSERT_TRUE(scheduler.submit("next", results.expect()));
  encoder->wait_for_runs(2);
  ASSERT_TRUE(scheduler.submit("last", results.expect()));
  EXPECT_EQ(scheduler.stats().queue_depth, 1U);
  encoder->set_open(true);
  results.wait();
  caller.join();
  EXPECT_EQ(encoder->team_sizes()[0], 2U);
  EXPECT_EQ(encoder->team_sizes()[1], 1U);
}

TEST(EncoderScheduler, AFailureReachesEveryTextOfItsBatchAndNoOther) {
  const auto encoder = std::make_shared<GatedEncoder>();
  EncoderScheduler scheduler(encoder, {.threads = 1});
  encoder->failing_ = true;
  Results results;
  ASSERT_TRUE(scheduler.submit("a", results.expect()));
  const std::vector<EncodeResult> failed = results.wait();
  EXPECT_FALSE(failed[0].ok());
  EXPECT_EQ(failed[0].error, "out of order");
  encoder->failing_ = false;
  EXPECT_TRUE(scheduler.encode_query("a", kLong).has_value());
}

TEST(EncoderScheduler, StoppingTellsThoseWhoWait) {
  const auto encoder = std::make_shared<GatedEncoder>();
  auto scheduler = std::make_unique<EncoderScheduler>(
      encoder, EncoderSchedulerOptions{.threads = 1, .max_batch_tokens = 1});
  encoder->set_open(false);
  Results results;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(scheduler->submit("text " + std::to_string(i), results.expect()));
  }
  encoder->wait_for_runs(1);
  std::thread opener([&] {
    std::this_thread::sleep_for(milliseconds(20));
    encoder->set_open(true);
  });
  scheduler.reset();
  opener.join();
  size_t finished = 0;
  for (const EncodeResult& result : results.wait()) {
    finished += result.ok();
    EXPECT_NE(result.ok(), !result.error.empty());
  }
  EXPECT_GE(finished, 1U);
}

TEST(EncoderScheduler, BulkEncodingKeepsTheOrderOfTexts) {
  const auto encoder = std::make_shared<HashingEncoder>(32);
  EncoderScheduler scheduler(encoder, {.threads = 3, .max_batch_tokens = 40});
  std::vector<std::string> texts;
  for (int i = 0; i < 500; ++i) {
    std::string text;
    for (int w = 0; w <= i * 13 % 29; ++w)
      text.append("w").append(std::to_string(i * w)).append(" ");
    texts.push_back(text);
  }
  std::vector<float> out(texts.size() * 32);
  size_t last = 0;
  scheduler.encode(texts, out, [&](size_t done) {
    EXPECT_GT(done, last);
    last = done;
  });
  EXPECT_EQ(last, texts.size());
  std::vector<float> expected(out.size());
  static_cast<const TextEncoder&>(*encoder).encode(texts, expected);
  EXPECT_EQ(out, expected);
}

TEST(EncoderScheduler, BulkEncodingReportsAFailure) {
  const auto encoder = std::make_shared<GatedEncoder>();
  encoder->failing_ = true;
  EncoderScheduler scheduler(encoder, {.threads = 2});
  const std::vector<std::string> texts(50, "x");
  std::vector<float> out(50 * 16);
  EXPECT_THROW(scheduler.encode(texts, out), Error);
  EXPECT_THROW(scheduler.encode(texts, std::span(out).first(16)), Error);
}

TEST(EncoderScheduler, ManyThreadsSubmittingGetTheirOwnVectors) {
  const auto encoder = std::make_shared<HashingEncoder>();
  EncoderScheduler scheduler(encoder, {.threads = 3, .queue_capacity = 10'000});
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        std::string text = "word ";
        text.append(std::to_string(i % 50)).append(" ").append(std::to_string(t % 2));
        wrong += scheduler.encode_query(text, kLong) != encoder->encode(text);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(scheduler.stats().submitted, 800U);
}

TEST(EncoderScheduler, RefusesOptionsOutOfRange) {
  const auto encoder = std::make_shared<HashingEncoder>();
  EXPECT_THROW(EncoderScheduler(encoder, {.queue_capacity = 0}), Error);
  EXPECT_THROW(EncoderScheduler(encoder, {.max_batch_tokens = 0}), Error);
  EXPECT_THROW(EncoderScheduler(nullptr), Error);
}

TEST(BatchPlan, EveryTextIsInOneBatchAndNoBatchIsTooLong) {
  std::vector<size_t> lengths;
  for (size_t i = 0; i < 400; ++i) lengths.push_back(1 + i * 31 % 97);
  lengths.push_back(300);
  const auto batches = plan_batches(lengths, 128);
  std::vector<int> seen(lengths.size(), 0);
  size_t total = 0;
  for (const auto& batch : batches) {
    size_t tokens = 0;
    for (const size_t i : batch) {
      ++seen[i];
      tokens += lengths[i];
    }
    EXPECT_TRUE(tokens <= 128 || batch.size() == 1);
    total += tokens;
  }
  EXPECT_EQ(seen, std::vector<int>(lengths.size(), 1));
  // Nearly full.
  EXPECT_LE(batches.size(), total / 128 + 4);
  EXPECT_TRUE(plan_batches({}, 10).empty());
}

TEST(VectorCache, ForgetsTheLeastRecentlyUsed) {
  VectorCache cache(2);
  const auto vector = [](float v) { return std::make_shared<const std::vector<float>>(1, v); };
  cache.insert("a", vector(1));
  cache.insert("b", vector(2));
  EXPECT_NE(cache.find("a"), nullptr);
  cache.insert("c", vector(3));
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_EQ(cache.find("a")->front(), 1.0F);
  cache.insert("a", vector(4));
  EXPECT_EQ(cache.find("a")->front(), 4.0F);
  EXPECT_EQ(cache.size(), 2U);
  VectorCache none(0);
  none.insert("a", vector(1));
  EXPECT_EQ(none.find("a"), nullptr);
}

}  // namespace
}  // namespace anireco
