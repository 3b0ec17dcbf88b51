#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace anireco {

/// How much one client may ask: a bucket of `burst` tokens that fills evenly.
struct ClientLimit {
  double per_minute = 0;   ///< Requests a minute; 0: no limit.
  std::size_t burst = 60;  ///< Requests at once, >= 1.

  bool limits() const { return per_minute > 0; }
  /// Requests at once, in truth: not less than what a second brings.
  std::size_t capacity() const;
  /// Seconds in which an empty bucket fills, rounded up.
  std::chrono::seconds window() const;
};

/// A token bucket for each client. A bucket that is full again is forgotten, and of more than
/// `max_clients` the one that has asked longest ago: memory is bounded whatever clients call
/// themselves. Thread-safe.
class RateLimiter {
 public:
  /// The clock must outlive the limiter. max_clients >= 1.
  explicit RateLimiter(const Clock& clock, std::size_t max_clients = 65536);

  struct Verdict {
    bool allowed = true;
    std::size_t remaining = 0;           ///< Requests that would be taken at once now.
    std::chrono::seconds until_next{0};  ///< Until one more is taken, rounded up; 0: now.
    std::chrono::seconds until_full{0};  ///< Until the bucket is full, rounded up.
  };
  /// Takes a token of the client's bucket if there is one. limit.limits() must hold, and a client
  /// come with one limit only.
  /// Source: the generic cell rate algorithm, ITU-T I.371, as a virtual schedule: a bucket is the
  /// moment at which it is full.
  Verdict take(const std::string& client, const ClientLimit& limit);

  std::size_t clients() const;

 private:
  struct Bucket {
    std::string client;
    Clock::Instant full_at;
  };
  using Buckets = std::list<Bucket>;  ///< Who asked last comes first.

  void forget(Clock::Instant now);

  const Clock& clock_;
  const std::size_t max_clients_;
  mutable std::mutex mutex_;
  Buckets buckets_;
  std::unordered_map<std::string_view, Buckets::iterator> found_;  ///< Names lie in buckets_.
};

}  // namespace anireco
