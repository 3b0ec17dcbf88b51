#include "tensor/thread_team.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/error.h"

namespace anireco {
namespace {

void pause_briefly() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

// Thrown by barrier() in the members that did nothing wrong.
struct TeamFailed {};

// A step takes microseconds. Beyond this the machine is busy with something else: let it run.
constexpr int kSpins = 4000;

}  // namespace

class ThreadTeam::State {
 public:
  explicit State(size_t size) : size_(size) {
    threads_.reserve(size - 1);
    for (size_t i = 1; i < size; ++i) threads_.emplace_back([this, i] { serve(i); });
  }

  ~State() {
    stopping_.store(true, std::memory_order_relaxed);
    run_.fetch_add(1, std::memory_order_release);
    run_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  size_t size() const { return size_; }

  void run(const std::function<void(size_t)>& body) {
    body_ = &body;
    failed_.store(false, std::memory_order_relaxed);
    arrived_.store(0, std::memory_order_relaxed);
    working_.store(size_ - 1, std::memory_order_relaxed);
    run_.fetch_add(1, std::memory_order_release);
    run_.notify_all();
    call(0);
    spin_until([this] { return working_.load(std::memory_order_acquire) == 0; });
    if (first_error_) std::rethrow_exception(std::exchange(first_error_, nullptr));
  }

  void barrier() {
    const size_t step = step_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
      arrived_.store(0, std::memory_order_relaxed);
      step_.store(step + 1, std::memory_order_release);
      return;
    }
    spin_until([this, step] {
      return step_.load(std::memory_order_acquire) != step ||
             failed_.load(std::memory_order_relaxed);
    });
    if (step_.load(std::memory_order_acquire) == step) throw TeamFailed{};
  }

 private:
  template <typename Condition>
  static void spin_until(Condition condition) {
    for (int spins = 0; !condition(); ++spins) {
      if (spins < kSpins) {
        pause_briefly();
      } else {
        std::this_thread::yield();
      }
    }
  }

  void call(size_t member) {
    try {
      (*body_)(member);
    } catch (const TeamFailed&) {
      // The member that failed has left its exception.
    } catch (...) {
      const std::lock_guard lock(error_mutex_);
      if (!first_error_) first_error_ = std::current_exception();
      failed_.store(true, std::memory_order_relaxed);
    }
  }

  void serve(size_t member) {
    size_t seen = 0;
    while (true) {
      run_.wait(seen, std::memory_order_acquire);
      seen = run_.load(std::memory_order_acquire);
      if (stopping_.load(std::memory_order_relaxed)) return;
      call(member);
      working_.fetch_sub(1, std::memory_order_release);
    }
  }

  const size_t size_;
  std::vector<std::thread> threads_;
  const std::function<void(size_t)>* body_ = nullptr;
  std::mutex error_mutex_;
  std::exception_ptr first_error_;
  std::atomic<bool> stopping_{false};
  // Each on its own cache line: they are written while others spin on them.
  alignas(64) std::atomic<size_t> run_{0};
  alignas(64) std::atomic<size_t> working_{0};
  alignas(64) std::atomic<size_t> arrived_{0};
  alignas(64) std::atomic<size_t> step_{0};
  alignas(64) std::atomic<bool> failed_{false};
};

ThreadTeam::ThreadTeam(size_t size) {
  if (size == 0) throw Error(ErrorKind::invalid_argument, "A thread team needs a member.");
  state_ = std::make_unique<State>(size);
}

ThreadTeam::~ThreadTeam() = default;

size_t ThreadTeam::size() const { return state_->size(); }

void ThreadTeam::run(const std::function<void(size_t)>& body) { state_->run(body); }

void ThreadTeam::barrier() { state_->barrier(); }

Share share_of(size_t n, size_t member, size_t members, size_t unit) {
  const size_t units = (n + unit - 1) / unit;
  const auto bound = [&](size_t i) { return std::min(n, units * i / members * unit); };
  return {bound(member), bound(member + 1)};
}

}  // namespace anireco
