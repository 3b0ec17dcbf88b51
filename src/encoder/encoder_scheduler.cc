#include "encoder/encoder_scheduler.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/thread_priority.h"
#include "encoder/batch_plan.h"
#include "encoder/parallel.h"
#include "encoder/vector_cache.h"
#include "tensor/thread_team.h"

namespace anireco {
namespace {

using Tokens = TextEncoder::Tokens;

// Below this the weights are loaded for too few tokens.
constexpr size_t kWorthwhileTokens = 64;

// English has about four bytes a token; one text is never counted as more than a full sequence.
size_t estimated_tokens(const std::string& text) {
  return std::min<size_t>(text.size() / 4 + 2, 256);
}

EncoderSchedulerOptions checked(EncoderSchedulerOptions options) {
  if (options.queue_capacity == 0 || options.max_batch_tokens == 0 || options.threads > 1024) {
    throw Error(ErrorKind::invalid_argument,
                "The encoder's queue_capacity and max_batch_tokens must be at least 1, its threads "
                "at most 1024.");
  }
  if (options.threads == 0) options.threads = std::max(1U, std::thread::hardware_concurrency());
  return options;
}

}  // namespace

class EncoderScheduler::State {
 public:
  State(std::shared_ptr<const TextEncoder> encoder, EncoderSchedulerOptions options)
      : encoder_(std::move(encoder)), options_(checked(options)), cache_(options.cache_capacity) {
    if (!encoder_) throw Error(ErrorKind::invalid_argument, "The scheduler needs an encoder.");
    if (options_.team) {
      if (options_.threads > 1) team_ = std::make_unique<ThreadTeam>(options_.threads);
      workers_.emplace_back([this] { serve_alone(); });
    }
    for (size_t i = 0; i < options_.threads; ++i) workers_.emplace_back([this] { serve(); });
  }

  ~State() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    wake_alone_.notify_one();
    for (std::thread& worker : workers_) worker.join();
    for (Item& item : queue_) item.done({nullptr, "The encoder is shutting down."});
  }

  const TextEncoder& encoder() const { return *encoder_; }

  VectorCache::Vector recall(const std::string& text) {
    VectorCache::Vector hit = cache_.find(text);
    if (hit) {
      ++submitted_;
      ++cache_hits_;
    }
    return hit;
  }

  bool submit(std::string text, Done done) {
    if (VectorCache::Vector hit = recall(text)) {
      done({std::move(hit), {}});
      return true;
    }
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= options_.queue_capacity) {
      ++refused_;
      return false;
    }
    queue_.push_back({std::move(text), std::move(done)});
    ++submitted_;
    ++cache_misses_;
    wake_for_queue();
    return true;
  }

  // As submit(), but an idle scheduler encodes on this thread, which saves two changes of thread.
  bool submit_or_run(std::string text, Done done) {
    if (cache_.find(text) || !start_alone()) return submit(std::move(text), std::move(done));
    ++submitted_;
    ++cache_misses_;
    std::vector<Item> items;
    items.push_back({std::move(text), std::move(done)});
    run(std::move(items), team_.get());
    finish_alone();
    return true;
  }

  void encode(std::span<const std::string> texts, std::span<float> out,
              const std::function<void(size_t)>& on_progress) const {
    const size_t dimension = encoder_->dimension();
    if (out.size() != texts.size() * dimension) {
      throw Error(ErrorKind::invalid_argument, "The output must hold one vector a text.");
    }
    constexpr size_t kTextsAtOnce = 32;
    std::vector<Tokens> sequences(texts.size());
    parallel_for((texts.size() + kTextsAtOnce - 1) / kTextsAtOnce, options_.threads, [&](size_t i) {
      const size_t end = std::min(texts.size(), (i + 1) * kTextsAtOnce);
      for (size_t t = i * kTextsAtOnce; t < end; ++t) sequences[t] = encoder_->tokenize(texts[t]);
    });
    std::vector<size_t> lengths;
    lengths.reserve(sequences.size());
    for (const Tokens& sequence : sequences) lengths.push_back(sequence.size());
    const std::vector<std::vector<size_t>> batches =
        plan_batches(lengths, options_.max_batch_tokens);

    std::mutex progress_mutex;
    size_t finished = 0;
    parallel_for(batches.size(), options_.threads, [&](size_t b) {
      const std::vector<size_t>& members = batches[b];
      std::vector<Tokens> batch;
      batch.reserve(members.size());
      for (const size_t t : members) batch.push_back(std::move(sequences[t]));
      std::vector<float> vectors(members.size() * dimension);
      encoder_->encode_tokens(batch, vectors);
      for (size_t i = 0; i < members.size(); ++i) {
        std::copy_n(vectors.begin() + static_cast<std::ptrdiff_t>(i * dimension), dimension,
                    out.begin() + static_cast<std::ptrdiff_t>(members[i] * dimension));
      }
      const std::lock_guard lock(progress_mutex);
      finished += members.size();
      if (on_progress) on_progress(finished);
    });
  }

  EncoderSchedulerStats stats() const {
    EncoderSchedulerStats stats;
    {
      const std::lock_guard lock(mutex_);
      stats.queue_depth = queue_.size();
    }
    stats.threads = options_.threads;
    stats.submitted = submitted_;
    stats.refused = refused_;
    stats.cache_hits = cache_hits_;
    stats.cache_misses = cache_misses_;
    stats.cache_size = cache_.size();
    stats.batches = batches_;
    stats.batched_texts = batched_texts_;
    stats.lone_runs = lone_runs_;
    return stats;
  }

 private:
  struct Item {
    std::string text;
    Done done;
  };

  // Whether all is idle, and the calling thread may act as the one busy worker. Then finish_alone()
  // follows.
  bool start_alone() {
    const std::lock_guard lock(mutex_);
    if (stopping_ || busy_ != 0 || !queue_.empty()) return false;
    ++busy_;
    return true;
  }

  void finish_alone() {
    const std::lock_guard lock(mutex_);
    --busy_;
    wake_for_queue();
  }

  // Whether the one text that waits finds all idle. Such a text is left to serve_alone().
  bool is_alone() const { return options_.team && busy_ == 0 && queue_.size() == 1; }

  void wake_for_queue() {
    if (!queue_.empty()) (is_alone() ? wake_alone_ : wake_).notify_one();
  }

  // A text that finds all idle has the machine to itself.
  void serve_alone() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_alone_.wait(lock, [this] { return stopping_ || is_alone(); });
      if (stopping_) return;
      run_outside(lock, take(), team_.get());
    }
  }

  // Where many wait, answers that need no encoding go before it.
  void serve() {
    if (options_.team) lower_thread_priority();
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] {
        return stopping_ || (!queue_.empty() && busy_ < options_.threads && !is_alone());
      });
      if (stopping_) return;
      run_outside(lock, take(), nullptr);
    }
  }

  void run_outside(std::unique_lock<std::mutex>& lock, std::vector<Item> items, ThreadTeam* team) {
    ++busy_;
    // What is left belongs to a sleeping worker.
    wake_for_queue();
    lock.unlock();
    run(std::move(items), team);
    lock.lock();
    --busy_;
    wake_for_queue();
  }

  // This worker's fair share of what waits, so that no worker has all the work and another none;
  // but never less than makes a run worthwhile.
  std::vector<Item> take() {
    const size_t share = (queue_.size() + options_.threads - 1) / options_.threads;
    std::vector<Item> items;
    size_t tokens = 0;
    while (!queue_.empty() && (items.size() < share || tokens < kWorthwhileTokens)) {
      const size_t more = estimated_tokens(queue_.front().text);
      if (!items.empty() && tokens + more > options_.max_batch_tokens) break;
      tokens += more;
      items.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    return items;
  }

  void run(std::vector<Item> items, ThreadTeam* team) {
    const size_t dimension = encoder_->dimension();
    std::vector<float> vectors(items.size() * dimension);
    std::string error;
    try {
      if (team != nullptr) team->prepare();
      std::vector<Tokens> sequences;
      sequences.reserve(items.size());
      for (const Item& item : items) sequences.push_back(encoder_->tokenize(item.text));
      encoder_->encode_tokens(sequences, vectors, team);
    } catch (const Error& failure) {
      error = failure.what();
    } catch (const std::exception&) {
      error = "The encoder failed.";
    }
    ++batches_;
    batched_texts_ += items.size();
    if (team != nullptr) ++lone_runs_;
    for (size_t i = 0; i < items.size(); ++i) {
      if (!error.empty()) {
        items[i].done({nullptr, error});
        continue;
      }
      const auto row = vectors.begin() + static_cast<std::ptrdiff_t>(i * dimension);
      auto vector = std::make_shared<const std::vector<float>>(
          row, row + static_cast<std::ptrdiff_t>(dimension));
      cache_.insert(std::move(items[i].text), vector);
      items[i].done({std::move(vector), {}});
    }
  }

  const std::shared_ptr<const TextEncoder> encoder_;
  const EncoderSchedulerOptions options_;
  VectorCache cache_;
  // Used by at most one thread: only one that finds all others idle takes it.
  std::unique_ptr<ThreadTeam> team_;
  std::vector<std::thread> workers_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable wake_alone_;
  std::deque<Item> queue_;
  size_t busy_ = 0;
  bool stopping_ = false;

  std::atomic<uint64_t> submitted_{0};
  std::atomic<uint64_t> refused_{0};
  std::atomic<uint64_t> cache_hits_{0};
  std::atomic<uint64_t> cache_misses_{0};
  std::atomic<uint64_t> batches_{0};
  std::atomic<uint64_t> batched_texts_{0};
  std::atomic<uint64_t> lone_runs_{0};
};

EncoderScheduler::EncoderScheduler(std::shared_ptr<const TextEncoder> encoder,
                                   EncoderSchedulerOptions options)
    : state_(std::make_unique<State>(std::move(encoder), options)) {}

EncoderScheduler::~EncoderScheduler() = default;

const TextEncoder& EncoderScheduler::encoder() const { return state_->encoder(); }

std::shared_ptr<const std::vector<float>> EncoderScheduler::recall(const std::string& text) {
  return state_->recall(text);
}

bool EncoderScheduler::submit(std::string text, Done done) {
  return state_->submit(std::move(text), std::move(done));
}

std::optional<std::vector<float>> EncoderScheduler::encode_query(
    std::string text, std::chrono::milliseconds timeout) {
  struct Waiting {
    std::mutex mutex;
    std::condition_variable wake;
    std::optional<EncodeResult> result;
  };
  const auto waiting = std::make_shared<Waiting>();
  const bool accepted = state_->submit_or_run(std::move(text), [waiting](EncodeResult result) {
    {
      const std::lock_guard lock(waiting->mutex);
      waiting->result = std::move(result);
    }
    waiting->wake.notify_one();
  });
  if (!accepted) return std::nullopt;
  std::unique_lock lock(waiting->mutex);
  waiting->wake.wait_for(lock, timeout, [&] { return waiting->result.has_value(); });
  if (!waiting->result || !waiting->result->ok()) return std::nullopt;
  return *waiting->result->vector;
}

void EncoderScheduler::encode(std::span<const std::string> texts, std::span<float> out,
                              const std::function<void(size_t)>& on_progress) {
  state_->encode(texts, out, on_progress);
}

EncoderSchedulerStats EncoderScheduler::stats() const { return state_->stats(); }

}  // namespace anireco
