#pragma once

#include <memory>

#include "net/http_fetcher.h"

namespace anireco {

/// HttpFetcher over libcurl: connections are kept alive, TLS is verified, redirections are left
/// to the caller, proxies come from the usual environment variables
/// (http_proxy, https_proxy, all_proxy, no_proxy; libcurl reads them). Not thread-safe: one object
/// a thread.
class CurlFetcher final : public HttpFetcher {
 public:
  CurlFetcher();
  ~CurlFetcher() override;
  FetchResponse fetch(const FetchRequest& request) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
