#include "api/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace anireco {
namespace {

using Seconds = std::chrono::duration<double>;

Seconds interval(const ClientLimit& limit) { return Seconds(60 / limit.per_minute); }

std::chrono::seconds rounded_up(Seconds time) {
  // A nanosecond's rounding must not become a whole second.
  return std::chrono::seconds(std::llround(std::ceil(std::max(0.0, time.count() - 1e-6))));
}

}  // namespace

std::size_t ClientLimit::capacity() const {
  return std::max({std::size_t{1}, burst, static_cast<std::size_t>(per_minute / 60)});
}

std::chrono::seconds ClientLimit::window() const {
  return std::max(std::chrono::seconds(1),
                  rounded_up(interval(*this) * static_cast<double>(capacity())));
}

RateLimiter::RateLimiter(const Clock& clock, std::size_t max_clients)
    : clock_(clock), max_clients_(max_clients) {}

void RateLimiter::forget(Clock::Instant now) {
  // Two a call: more than come, so that what is full goes sooner or later, at a bounded price.
  for (int i = 0; i < 2 && !buckets_.empty(); ++i) {
    if (buckets_.back().full_at > now && buckets_.size() < max_clients_) return;
    found_.erase(buckets_.back().client);
    buckets_.pop_back();
  }
}

RateLimiter::Verdict RateLimiter::take(const std::string& client, const ClientLimit& limit) {
  const std::lock_guard lock(mutex_);
  const Clock::Instant now = clock_.now();
  if (const auto found = found_.find(client); found != found_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
  } else {
    forget(now);
    buckets_.push_front({client, now});
    found_.emplace(buckets_.front().client, buckets_.begin());
  }
  Clock::Instant& full_at = buckets_.front().full_at;
  const Seconds missing = std::max(Seconds(0), Seconds(full_at - now));
  const double tokens = static_cast<double>(limit.capacity()) - missing / interval(limit) + 1e-6;
  Verdict verdict{.allowed = tokens >= 1};
  if (verdict.allowed) {
    full_at = std::max(full_at, now) +
              std::chrono::duration_cast<Clock::Instant::duration>(interval(limit));
  }
  const double left = std::max(0.0, verdict.allowed ? tokens - 1 : tokens);
  verdict.remaining = static_cast<std::size_t>(left);
  if (left < 1) verdict.until_next = rounded_up(interval(limit) * (1 - left));
  verdict.until_full = rounded_up(Seconds(full_at - now));
  return verdict;
}

std::size_t RateLimiter::clients() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

}  // namespace anireco
