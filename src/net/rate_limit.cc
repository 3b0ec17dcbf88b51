#include "net/rate_limit.h"

#include <algorithm>

namespace anireco {
namespace {

// Requests that left at the right distance can arrive closer together.
constexpr double kMargin = 1.02;

}  // namespace

double seconds_between(const RateLimit& limit) {
  double seconds = 0;
  if (limit.per_second > 0) seconds = std::max(seconds, 1 / limit.per_second);
  if (limit.per_minute > 0) seconds = std::max(seconds, 60 / limit.per_minute);
  return seconds * kMargin;
}

}  // namespace anireco
