#include "net/polite_fetcher.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/error.h"
#include "net/fetch_error.h"
#include "net/url.h"

namespace anireco {
namespace {

using std::chrono::milliseconds;

bool may_pass(int status) {
  if (status == 408 || status == 425 || status == 429) return true;
  return status >= 500 && status <= 599 && status != 501 && status != 505;
}

bool may_pass(const Error& error) {
  if (error.kind() != ErrorKind::unavailable) return false;
  const auto* fetch = dynamic_cast<const FetchError*>(&error);
  return fetch == nullptr || (fetch->failure() != FetchFailure::certificate &&
                              fetch->failure() != FetchFailure::stopped);
}

bool redirects(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool goes_anywhere(std::string name) {
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name == "user-agent" || name == "accept" || name == "content-type";
}

[[noreturn]] void throw_stopped() { throw FetchError(FetchFailure::stopped, "stopped"); }

}  // namespace

std::optional<milliseconds> retry_after(const std::string& value,
                                        std::chrono::system_clock::time_point now) {
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error == std::errc() && end == value.data() + value.size()) {
    return std::chrono::seconds(seconds);
  }
  if (value.empty() || std::isalpha(static_cast<unsigned char>(value.front())) == 0) return {};
  const time_t date = curl_getdate(value.c_str(), nullptr);
  if (date < 0) return {};
  const auto wait = std::chrono::system_clock::from_time_t(date) - now;
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(wait));
}

PoliteFetcher::PoliteFetcher(HttpFetcher& fetcher, Clock& clock, PoliteOptions options)
    : fetcher_(fetcher),
      clock_(clock),
      options_(std::move(options)),
      random_(options_.jitter_seed) {
  if (options_.max_tries < 1 || options_.first_wait.count() < 0 ||
      options_.longest_wait < options_.first_wait || options_.limit.per_second < 0 ||
      options_.limit.per_minute < 0) {
    throw Error(ErrorKind::invalid_argument, "rate limits and waits are not negative");
  }
  distance_ = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(seconds_between(options_.limit)));
}

FetchResponse PoliteFetcher::exchange(FetchRequest& request) {
  if (next_start_ && !clock_.sleep_until(*next_start_, options_.stop)) throw_stopped();
  if (options_.stop.stop_requested()) throw_stopped();
  next_start_ = clock_.now() + distance_;
  ++exchanges_;
  return fetcher_.fetch(request);
}

FetchResponse PoliteFetcher::follow(FetchRequest request) {
  for (unsigned hops = 0;; ++hops) {
    FetchResponse response = exchange(request);
    const auto location = response.headers.find("location");
    if (!redirects(response.status) || location == response.headers.end()) return response;
    if (hops == options_.max_redirects) {
      throw Error(ErrorKind::corrupt, "the server redirects too often", shown_url(request.url));
    }
    const std::string target = resolve_location(request.url, location->second);
    if (is_https(request.url) && !is_https(target)) {
      throw Error(ErrorKind::corrupt, "the server redirects from https to http", shown_url(target));
    }
    if (!same_origin(request.url, target)) {
      std::erase_if(request.headers, [](const auto& h) { return !goes_anywhere(h.first); });
    }
    if (response.status == 303 ||
        (request.method == "POST" && (response.status == 301 || response.status == 302))) {
      request.method = "GET";
      request.body.clear();
      request.headers.erase("Content-Type");
    }
    request.url = target;
  }
}

FetchResponse PoliteFetcher::fetch(const FetchRequest& asked) {
  FetchRequest request = asked;
  request.headers["User-Agent"] = options_.user_agent;
  request.compressed = true;
  if (options_.stop.stop_possible()) request.stop = options_.stop;
  milliseconds waited{0};
  milliseconds backoff = options_.first_wait;
  for (unsigned tries = 1;; ++tries) {
    std::string reason;
    std::string context;
    std::optional<milliseconds> asked_wait;
    try {
      FetchResponse response = follow(request);
      if (!may_pass(response.status)) return response;
      reason = fmt::format("status {}", response.status);
      if (const auto found = response.headers.find("retry-after");
          found != response.headers.end()) {
        asked_wait = retry_after(found->second, clock_.date());
      }
    } catch (const Error& e) {
      if (options_.stop.stop_requested()) throw_stopped();
      if (!may_pass(e)) throw;
      reason = e.what();
      context = e.context();
    }
    const std::string shown = shown_url(request.url);
    if (context.empty()) context = shown;
    if (tries == options_.max_tries) {
      throw FetchError(FetchFailure::too_many,
                       fmt::format("{} failed {} times: {}", url_host(request.url), tries, reason),
                       context);
    }
    std::uniform_real_distribution<double> part(0.5, 1);
    const auto own = milliseconds(
        static_cast<milliseconds::rep>(part(random_) * static_cast<double>(backoff.count())));
    const milliseconds wait = std::max(own, asked_wait.value_or(milliseconds(0)));
    backoff = std::min(backoff * 2, options_.longest_wait);
    waited += wait;
    if (waited > options_.longest_total_wait) {
      throw FetchError(FetchFailure::too_many,
                       fmt::format("{}: {}; it wants {} s of waiting, which is too long",
                                   url_host(request.url), reason, wait.count() / 1000),
                       context);
    }
    if (options_.on_retry) options_.on_retry({shown, reason, tries, wait});
    if (!clock_.sleep_until(clock_.now() + wait, options_.stop)) throw_stopped();
  }
}

}  // namespace anireco
