#pragma once

#include <memory>

#include "net/http_fetcher.h"

namespace anireco {

/// HttpFetcher over libcurl: connections are kept alive, TLS is verified, proxies come from the
/// usual environment variables (libcurl reads them). Not thread-safe: one object a thread.
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
