#pragma once

#include <chrono>
#include <cstddef>
#include <limits>

namespace anireco {

struct AdmissionOptions {
  static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

  std::size_t workers = 1;       ///< Requests that are worked on at once.
  std::size_t max_burst = 256;   ///< Requests under way at most, whatever happens.
  std::size_t max_standing = 8;  ///< Requests under way at most while a queue stands; >= workers.
  std::chrono::milliseconds burst{100};  ///< A queue that has not been empty for so long stands.
  /// Requests under way at most for `relief` after one was refused because a queue stands; >=
  /// workers. Not looked at where it is no less than max_standing.
  std::size_t max_overloaded = kNoLimit;
  std::chrono::milliseconds relief{1000};
};

/// Decides whether one more request is taken. A queue is good for absorbing a burst; a queue that
/// stands does nothing but make everybody wait, so then only few may wait and the rest is refused
/// at once: those taken are answered in about max_standing / workers times what one takes. Where
/// even so more come than can be taken, the queue is held shorter still for a while, and then tried
/// at its length again: as many are answered, each sooner, while few who ask in turn, for whom
/// max_standing is enough, are refused only while others ask for more.
/// Not thread-safe.
/// Source: the distinction of good and bad queue is of Nichols and Jacobson, "Controlling Queue
/// Delay", ACM Queue 10(5), 2012, which measures delay; counting needs no idea of how long a
/// request takes on this machine.
class Admission {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  explicit Admission(const AdmissionOptions& options) : options_(options) {}

  /// Takes a request, or refuses it. now: never earlier than at the call before.
  bool enter(Instant now) {
    if (under_way_ < options_.workers) calm_ = now;
    const bool stands = now - calm_ >= options_.burst;
    const bool overloaded = now < relieved_;
    if (under_way_ < most(stands, overloaded)) {
      ++under_way_;
      return true;
    }
    // Refused at the shorter length it may be one whom the usual one had room for.
    if (stands && !overloaded && options_.max_overloaded < options_.max_standing) {
      relieved_ = now + options_.relief;
    }
    return false;
  }
  /// A request that was taken is answered.
  void leave(Instant now) {
    // The queue was empty up to now if nobody but this one was there beside free workers.
    if (under_way_ <= options_.workers) calm_ = now;
    --under_way_;
  }
  std::size_t under_way() const { return under_way_; }

 private:
  std::size_t most(bool stands, bool overloaded) const {
    if (overloaded) return options_.max_overloaded;
    return stands ? options_.max_standing : options_.max_burst;
  }

  AdmissionOptions options_;
  std::size_t under_way_ = 0;
  Instant calm_{};
  Instant relieved_{};  ///< When the queue may have its usual length again.
};

}  // namespace anireco
