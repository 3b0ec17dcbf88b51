#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <stop_token>
#include <string>

namespace anireco {

struct FetchRequest {
  std::string method = "GET";
  std::string url;  ///< http or https; other schemes are refused.
  std::map<std::string, std::string> headers = {};
  std::string body = {};
  std::chrono::milliseconds timeout{30'000};           ///< For the whole exchange, > 0.
  std::size_t max_body_bytes = std::size_t{64} << 20;  ///< A longer answer is refused.
  /// An exchange that brings less than a byte a second for so long is given up; whole seconds, 0:
  /// only `timeout` ends it.
  std::chrono::seconds stall_timeout{0};
  bool compressed = false;    ///< Lets the server compress its answer, which comes unpacked.
  std::stop_token stop = {};  ///< Ends the exchange as if it had been cut.
};

struct FetchResponse {
  int status = 0;
  std::map<std::string, std::string> headers =
      {};  ///< Names in lower case; the last of equal names.
  std::string body = {};
};

/// The seam to the web: whatever asks a remote server goes through it.
class HttpFetcher {
 public:
  virtual ~HttpFetcher() = default;
  /// Sends one request and waits. Every status is a result, redirections included; throws
  /// Error{unavailable} (a FetchError, fetch_error.h, which tells the cause) when no answer came
  /// (refused, cut, timed out, TLS not verified), Error{invalid_argument} for a URL that is none,
  /// Error{corrupt} for an answer too large.
  virtual FetchResponse fetch(const FetchRequest& request) = 0;
};

}  // namespace anireco
