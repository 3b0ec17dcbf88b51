#include "base/clock.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace anireco {

bool SystemClock::sleep_until(Instant until, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_until(lock, stop, until, [] { return false; });
  return !stop.stop_requested();
}

bool ManualClock::sleep_until(Instant until, std::stop_token stop) {
  if (stop.stop_requested()) return false;
  passed_ = std::max(passed_, std::chrono::nanoseconds(until - Instant{}));
  return true;
}

}  // namespace anireco
