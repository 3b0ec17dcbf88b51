#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace anireco {

/// How many bytes of bodies a server keeps at a time, over all its connections. Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t most) : left_(most) {}

  /// False, and nothing taken, where fewer are left.
  bool take(std::size_t bytes) {
    std::size_t left = left_;
    do {
      if (bytes > left) return false;
    } while (!left_.compare_exchange_weak(left, left - bytes));
    return true;
  }
  void give_back(std::size_t bytes) { left_ += bytes; }

 private:
  std::atomic<std::size_t> left_;
};

/// What one request has taken of a budget; given back at its end. The budget must outlive it.
class BodyShare {
 public:
  BodyShare() = default;
  ~BodyShare() { give_back(); }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  bool take(BodyBudget& budget, std::size_t bytes) {
    if (!budget.take(bytes)) return false;
    give_back();
    budget_ = &budget;
    bytes_ = bytes;
    return true;
  }
  void give_back() {
    if (budget_ != nullptr) std::exchange(budget_, nullptr)->give_back(bytes_);
  }

 private:
  BodyBudget* budget_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace anireco
