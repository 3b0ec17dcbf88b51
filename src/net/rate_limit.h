#pragma once

namespace anireco {

/// How fast a server lets itself be asked. Zero: no such limit.
struct RateLimit {
  double per_second = 0;
  double per_minute = 0;
};

/// Seconds from one request to the next under both limits; 0 without any. Requests are spread
/// evenly over the minute instead of sent in bursts, so that a program that is started again cannot
/// exceed the limit by having forgotten what it sent before.
double seconds_between(const RateLimit& limit);

}  // namespace anireco
