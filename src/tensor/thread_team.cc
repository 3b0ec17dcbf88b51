#include "tensor/thread_team.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
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

// A step takes microseconds. Beyond this the other member probably has no core: sleep, so that it
// gets this one, and do not spin long again in this run.
constexpr int kSpins = 4000;
constexpr int kCrowdedSpins = 50;

}  // namespace

class ThreadTeam::State {
  // As wide as a futex.
  using Counter = std::atomic<uint32_t>;

 public:
  explicit State(size_t size) : size_(size) {
    threads_.reserve(size - 1);
    for (size_t i = 1; i < size; ++i) threads_.emplace_back([this, i] { serve(i); });
  }

  ~State() {
    stopping_.store(true, std::memory_order_release);
    prepare();
    for (std::thread& thread : threads_) thread.join();
  }

  size_t size() const { return size_; }

  void prepare() {
    signal_.fetch_add(1, std::memory_order_release);
    signal_.notify_all();
  }

  void run(const std::function<void(size_t)>& body) {
    body_ = &body;
    failed_.store(false, std::memory_order_relaxed);
    crowded_.store(false, std::memory_order_relaxed);
    arrived_.store(0, std::memory_order_relaxed);
    working_.store(static_cast<uint32_t>(size_ - 1), std::memory_order_relaxed);
    run_.fetch_add(1, std::memory_order_release);
    prepare();
    call(0);
    for (uint32_t left = working_.load(std::memory_order_acquire); left != 0;) {
      left = wait_for_change(working_, left);
    }
    if (first_error_) std::rethrow_exception(std::exchange(first_error_, nullptr));
  }

  void barrier() {
    const uint32_t step = step_.load(std::memory_order_acquire);
    if (failed_.load(std::memory_order_acquire)) throw TeamFailed{};
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
      arrived_.store(0, std::memory_order_relaxed);
      publish(step_, step + 1);
    } else {
      wait_for_change(step_, step);
    }
    if (failed_.load(std::memory_order_acquire)) throw TeamFailed{};
  }

 private:
  // The value of `watched` once it is no longer `old`.
  uint32_t wait_for_change(const Counter& watched, uint32_t old) {
    const int spins = crowded_.load(std::memory_order_relaxed) ? kCrowdedSpins : kSpins;
    for (int i = 0; i < spins; ++i) {
      const uint32_t now = watched.load(std::memory_order_acquire);
      if (now != old) return now;
      pause_briefly();
    }
    crowded_.store(true, std::memory_order_relaxed);
    sleepers_.fetch_add(1, std::memory_order_seq_cst);
    watched.wait(old, std::memory_order_seq_cst);
    sleepers_.fetch_sub(1, std::memory_order_relaxed);
    return watched.load(std::memory_order_acquire);
  }

  void publish(Counter& watched, uint32_t value) {
    watched.store(value, std::memory_order_seq_cst);
    if (sleepers_.load(std::memory_order_seq_cst) != 0) watched.notify_all();
  }

  void call(size_t member) {
    try {
      (*body_)(member);
    } catch (const TeamFailed&) {
      // The member that failed has left its exception.
    } catch (...) {
      const std::lock_guard lock(error_mutex_);
      if (!first_error_) first_error_ = std::current_exception();
      failed_.store(true, std::memory_order_release);
      // Lets the others out of the barrier that this member will not reach.
      publish(step_, step_.load(std::memory_order_relaxed) + 1);
    }
  }

  void serve(size_t member) {
    uint32_t seen_run = 0;
    uint32_t seen_signal = 0;
    while (true) {
      signal_.wait(seen_signal, std::memory_order_acquire);
      seen_signal = signal_.load(std::memory_order_acquire);
      // The signal may be ahead of its run.
      for (int i = 0; i < kSpins && run_.load(std::memory_order_acquire) == seen_run; ++i) {
        if (stopping_.load(std::memory_order_acquire)) return;
        pause_briefly();
      }
      if (stopping_.load(std::memory_order_acquire)) return;
      const uint32_t run = run_.load(std::memory_order_acquire);
      if (run == seen_run) continue;
      seen_run = run;
      call(member);
      working_.fetch_sub(1, std::memory_order_seq_cst);
      if (sleepers_.load(std::memory_order_seq_cst) != 0) working_.notify_all();
    }
  }

  const size_t size_;
  std::vector<std::thread> threads_;
  const std::function<void(size_t)>* body_ = nullptr;
  std::mutex error_mutex_;
  std::exception_ptr first_error_;
  std::atomic<bool> stopping_{false};
  // Each on its own cache line: they are written while others spin on them.
  alignas(64) Counter signal_{0};
  alignas(64) Counter run_{0};
  alignas(64) Counter working_{0};
  alignas(64) Counter arrived_{0};
  alignas(64) Counter step_{0};
  alignas(64) Counter sleepers_{0};
  std::atomic<bool> failed_{false};
  std::atomic<bool> crowded_{false};
};

ThreadTeam::ThreadTeam(size_t size) {
  if (size == 0) throw Error(ErrorKind::invalid_argument, "A thread team needs a member.");
  state_ = std::make_unique<State>(size);
}

ThreadTeam::~ThreadTeam() = default;

size_t ThreadTeam::size() const { return state_->size(); }

void ThreadTeam::prepare() { state_->prepare(); }

void ThreadTeam::run(const std::function<void(size_t)>& body) { state_->run(body); }

void ThreadTeam::barrier() { state_->barrier(); }

Share share_of(size_t n, size_t member, size_t members, size_t unit) {
  const size_t units = (n + unit - 1) / unit;
  const auto bound = [&](size_t i) { return std::min(n, units * i / members * unit); };
  return {bound(member), bound(member + 1)};
}

}  // namespace anireco
