#include "index/scan_team.h"

#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace anireco {
namespace {

// One computation. A helper that comes too late finds no piece left and never touches `work`,
// which is gone then.
struct Run {
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> done = 0;
  std::size_t pieces = 0;
  const std::function<void(std::size_t)>* work = nullptr;

  void join() {
    for (std::size_t i = next.fetch_add(1); i < pieces; i = next.fetch_add(1)) {
      (*work)(i);
      done.fetch_add(1, std::memory_order_release);
    }
  }
};

}  // namespace

class ScanTeam::State {
 public:
  explicit State(std::size_t size) {
    CPU_ZERO(&processors_);
    const bool known = sched_getaffinity(0, sizeof(processors_), &processors_) == 0;
    if (!known || CPU_COUNT(&processors_) < 2) return;
    try {
      for (std::size_t i = 1; i < size; ++i) helpers_.emplace_back([this] { serve(); });
    } catch (const std::system_error&) {
      // No thread to be had: those that started help, and the caller does the rest.
    }
  }

  ~State() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    for (std::thread& helper : helpers_) helper.join();
  }

  bool alone() const { return helpers_.empty(); }
  std::mutex& one_at_a_time() { return one_at_a_time_; }

  void start(std::shared_ptr<Run> run) {
    keep_off(sched_getcpu());
    {
      const std::lock_guard lock(mutex_);
      run_ = std::move(run);
      ++serial_;
    }
    wake_.notify_all();
  }

 private:
  void keep_off(int processor) {
    if (processor == kept_off_ || processor < 0 || processor >= CPU_SETSIZE) return;
    cpu_set_t others = processors_;
    CPU_CLR(static_cast<unsigned>(processor), &others);
    if (CPU_COUNT(&others) == 0) return;
    for (std::thread& helper : helpers_) {
      // A hint: without it the result is the same, only later.
      static_cast<void>(pthread_setaffinity_np(helper.native_handle(), sizeof(others), &others));
    }
    kept_off_ = processor;
  }

  void serve() {
    std::uint64_t seen = 0;
    while (true) {
      std::shared_ptr<Run> run;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return ending_ || serial_ != seen; });
        if (ending_) return;
        seen = serial_;
        run = run_;
      }
      run->join();
    }
  }

  std::vector<std::thread> helpers_;
  cpu_set_t processors_;
  int kept_off_ = -1;
  std::mutex one_at_a_time_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<Run> run_;
  std::uint64_t serial_ = 0;
  bool ending_ = false;
};

ScanTeam::ScanTeam(std::size_t size) : state_(std::make_unique<State>(size)) {}
ScanTeam::~ScanTeam() = default;

void ScanTeam::run(std::size_t pieces, bool help, const std::function<void(std::size_t)>& work) {
  std::unique_lock<std::mutex> turn;
  if (help && pieces > 1 && !state_->alone()) {
    turn = std::unique_lock(state_->one_at_a_time(), std::try_to_lock);
  }
  if (!turn.owns_lock()) {
    for (std::size_t i = 0; i < pieces; ++i) work(i);
    return;
  }
  const auto run = std::make_shared<Run>();
  run->pieces = pieces;
  run->work = &work;
  state_->start(run);
  run->join();
  while (run->done.load(std::memory_order_acquire) < pieces) std::this_thread::yield();
}

}  // namespace anireco
