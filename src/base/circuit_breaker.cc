#include "base/circuit_breaker.h"

#include "base/log.h"

namespace anireco {

CircuitBreaker::CircuitBreaker(std::string name, std::chrono::milliseconds pause,
                               std::shared_ptr<const Clock> clock)
    : name_(std::move(name)), pause_(pause), clock_(std::move(clock)) {
  if (pause_.count() <= 0) {
    throw Error(ErrorKind::invalid_argument, "the pause of a circuit breaker must be above zero");
  }
}

bool CircuitBreaker::open() const {
  const std::lock_guard lock(mutex_);
  return try_again_.has_value();
}

bool CircuitBreaker::allows() {
  const std::lock_guard lock(mutex_);
  if (!try_again_) return true;
  const Clock::Instant now = clock_->now();
  if (now < *try_again_) return false;
  // Whoever comes next waits for what this caller finds.
  try_again_ = now + pause_;
  return true;
}

void CircuitBreaker::succeeded() {
  const std::lock_guard lock(mutex_);
  if (!try_again_) return;
  try_again_.reset();
  log_info("{} answers again", name_);
}

void CircuitBreaker::failed(std::string_view why) {
  const std::lock_guard lock(mutex_);
  if (!try_again_) log_warning("{} does not answer{}{}", name_, why.empty() ? "" : ": ", why);
  try_again_ = clock_->now() + pause_;
}

void CircuitBreaker::refuse() const {
  throw Error(ErrorKind::unavailable, name_ + " does not answer at the moment");
}

}  // namespace anireco
