#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace anireco {

struct ThreadPoolOptions {
  std::size_t threads = 1;     ///< Worker threads, at least 1.
  std::size_t max_queue = 64;  ///< Jobs that may wait beside the running ones, at least 1.
  std::string name = "pool";   ///< Thread name, seen in debuggers; cut to 15 bytes.
};

/// A fixed number of threads that run jobs in the order of their submission, from a bounded queue.
/// All members are thread-safe. A job that throws is logged and the thread goes on; give a job a
/// promise when somebody waits for its outcome.
class ThreadPool {
 public:
  /// Throws Error{invalid_argument} if a number is 0.
  explicit ThreadPool(const ThreadPoolOptions& options);
  /// Runs every job accepted so far, then joins. Must not be called from one of its own jobs.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Takes a job unless the queue is full or the pool is ending; never waits. False: not taken.
  [[nodiscard]] bool try_submit(std::function<void()> job);
  /// Jobs accepted and not yet started.
  std::size_t queued() const;
  /// Worker threads.
  std::size_t threads() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
