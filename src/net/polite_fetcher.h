#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "net/http_fetcher.h"
#include "net/rate_limit.h"

namespace anireco {

/// A try that failed and is about to be repeated.
struct RetryNotice {
  std::string url;     ///< As shown_url().
  std::string reason;  ///< "status 503", "the answer was cut off".
  unsigned try_number = 0;
  std::chrono::milliseconds wait{0};
};

struct PoliteOptions {
  std::string user_agent = "AniReco/" ANIRECO_VERSION;
  RateLimit limit = {};
  unsigned max_tries = 8;                       ///< Of one request, >= 1.
  std::chrono::milliseconds first_wait{1'000};  ///< Doubled with each try …
  std::chrono::milliseconds longest_wait{60'000};
  /// All waits of one request together, those that Retry-After asks for included; a longer one ends
  /// the request at once.
  std::chrono::milliseconds longest_total_wait{15 * 60'000};
  unsigned max_redirects = 5;
  std::uint64_t jitter_seed = 0;
  std::stop_token stop = {};
  std::function<void(const RetryNotice&)> on_retry = {};
};

/// When a Retry-After header (seconds or an HTTP date, RFC 9110 section 10.2.3) says to come back;
/// nothing when it is neither. A date that has passed is 0.
std::optional<std::chrono::milliseconds> retry_after(const std::string& value,
                                                     std::chrono::system_clock::time_point now);

/// Asks one public server as its operators wish:
///  - names the program (User-Agent), keeps its rate limit, redirections and repeated tries
///    included;
///  - repeats what may pass: 408, 425, 429, 5xx but 501 and 505, and exchanges without an answer
///    but for a certificate that cannot be verified. It waits as Retry-After says, else
///    first_wait · 2^try, at most longest_wait, of which a random half is left out (so that many
///    programs that failed together do not come back together);
///  - follows redirections, never from https to http; to another origin goes nothing but
///    User-Agent, Accept and Content-Type, so that no key reaches a stranger.
/// Not thread-safe; one object a server.
class PoliteFetcher final : public HttpFetcher {
 public:
  /// Both borrowed. Throws Error{invalid_argument} for options out of range.
  PoliteFetcher(HttpFetcher& fetcher, Clock& clock, PoliteOptions options = {});

  /// The first answer that is not to be repeated. Throws as HttpFetcher does; when all tries
  /// failed or Retry-After is too far, FetchError{too_many}; FetchError{stopped} when stopped.
  FetchResponse fetch(const FetchRequest& request) override;

  /// Exchanges so far.
  std::uint64_t exchanges() const { return exchanges_; }

 private:
  FetchResponse exchange(FetchRequest& request);
  FetchResponse follow(FetchRequest request);

  HttpFetcher& fetcher_;
  Clock& clock_;
  PoliteOptions options_;
  std::mt19937_64 random_;
  std::chrono::nanoseconds distance_{0};
  std::optional<Clock::Instant> next_start_;
  std::uint64_t exchanges_ = 0;
};

}  // namespace anireco
