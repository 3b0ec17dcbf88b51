#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "net/http_fetcher.h"

namespace anireco {

struct CurlFetcherOptions {
  /// Certificates that TLS servers are verified by, PEM; empty: those of the system.
  std::filesystem::path ca_file = {};
  std::chrono::milliseconds connect_timeout{15'000};  ///< Also bounded by a request's timeout; > 0.
  /// A connection idle for longer is not used again, for servers that close theirs early; whole
  /// seconds, 0: as long as libcurl keeps it.
  std::chrono::seconds max_idle{0};
  /// Through the proxy that http_proxy and its like name; false for servers of one's own.
  bool use_proxy = true;
};

/// HttpFetcher over libcurl: connections are kept alive, TLS is verified, redirections are left
/// to the caller, proxies come from the usual environment variables
/// (http_proxy, https_proxy, all_proxy, no_proxy; libcurl reads them). Not thread-safe: one object
/// a thread, or a FetcherPool.
class CurlFetcher final : public HttpFetcher {
 public:
  explicit CurlFetcher(CurlFetcherOptions options = {});
  ~CurlFetcher() override;
  FetchResponse fetch(const FetchRequest& request) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
