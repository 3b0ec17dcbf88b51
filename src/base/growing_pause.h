#pragma once

#include <algorithm>
#include <chrono>

namespace anireco {

/// How long to wait between tries of something that may be down for a while: each failure doubles
/// it. Not thread-safe.
class GrowingPause {
 public:
  /// 0 < first <= longest.
  GrowingPause(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(first), longest_(longest), now_(first) {}

  std::chrono::milliseconds length() const { return now_; }
  void failed() { now_ = std::min(2 * now_, longest_); }
  void succeeded() { now_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds now_;
};

}  // namespace anireco
