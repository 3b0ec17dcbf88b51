#pragma once

#include <chrono>
#include <stop_token>

namespace anireco {

/// The seam to time, for what waits or compares with dates. Thread-safe.
class Clock {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  /// Never goes back.
  virtual Instant now() const = 0;
  /// Of the calendar, UTC; may jump.
  virtual std::chrono::system_clock::time_point date() const = 0;
  /// Waits until now() >= `until`. False when `stop` was requested first.
  virtual bool sleep_until(Instant until, std::stop_token stop = {}) = 0;
};

/// The machine's time.
class SystemClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point date() const override {
    return std::chrono::system_clock::now();
  }
  bool sleep_until(Instant until, std::stop_token stop = {}) override;
};

/// A clock for tests: sleeping moves it, nothing else does but advance(). Not thread-safe.
class ManualClock final : public Clock {
 public:
  /// `date` of the calendar at the beginning.
  explicit ManualClock(std::chrono::system_clock::time_point date = {}) : date_(date) {}
  Instant now() const override { return Instant{} + passed_; }
  std::chrono::system_clock::time_point date() const override { return date_ + passed_; }
  bool sleep_until(Instant until, std::stop_token stop = {}) override;
  void advance(std::chrono::milliseconds by) { passed_ += by; }

 private:
  std::chrono::system_clock::time_point date_;
  std::chrono::nanoseconds passed_{0};
};

}  // namespace anireco
