#include "base/thread_pool.h"

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/log.h"

namespace anireco {

struct ThreadPool::State {
  std::size_t max_queue = 0;
  mutable std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::function<void()>> queue;
  bool ending = false;
  std::vector<std::thread> workers;

  void work() {
    while (true) {
      std::function<void()> job;
      {
        std::unique_lock lock(mutex);
        wake.wait(lock, [this] { return ending || !queue.empty(); });
        if (queue.empty()) return;
        job = std::move(queue.front());
        queue.pop_front();
      }
      try {
        job();
      } catch (const Error& error) {
        log_error("a background job failed: {} ({})", error.what(), error.context());
      } catch (const std::exception& error) {
        log_error("a background job failed: {}", error.what());
      }
    }
  }

  void finish() {
    {
      const std::lock_guard lock(mutex);
      ending = true;
    }
    wake.notify_all();
    for (std::thread& worker : workers) worker.join();
    workers.clear();
  }
};

ThreadPool::ThreadPool(const ThreadPoolOptions& options) : state_(std::make_unique<State>()) {
  if (options.threads == 0 || options.max_queue == 0) {
    throw Error(ErrorKind::invalid_argument, "a thread pool needs a thread and a place to wait");
  }
  state_->max_queue = options.max_queue;
  const std::string name = options.name.substr(0, 15);
  try {
    for (std::size_t i = 0; i < options.threads; ++i) {
      state_->workers.emplace_back([state = state_.get()] { state->work(); });
      pthread_setname_np(state_->workers.back().native_handle(), name.c_str());
    }
  } catch (...) {
    state_->finish();
    throw;
  }
}

ThreadPool::~ThreadPool() { state_->finish(); }

bool ThreadPool::try_submit(std::function<void()> job) {
  const std::lock_guard lock(state_->mutex);
  if (state_->ending || state_->queue.size() >= state_->max_queue) return false;
  state_->queue.push_back(std::move(job));
  // Under the lock: once it is free the job may run, and whoever waited for it end the pool.
  state_->wake.notify_one();
  return true;
}

std::size_t ThreadPool::queued() const {
  const std::lock_guard lock(state_->mutex);
  return state_->queue.size();
}

std::size_t ThreadPool::threads() const { return state_->workers.size(); }

}  // namespace anireco
