#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "net/http_fetcher.h"

namespace anireco {

/// An HttpFetcher that any number of threads may use at once: each request borrows a fetcher that
/// nobody else uses, the one given back last first, so that its connection is still warm. As many
/// are kept as were ever in use at once, up to max_idle. Thread-safe.
class FetcherPool final : public HttpFetcher {
 public:
  using Make = std::function<std::unique_ptr<HttpFetcher>()>;
  /// make: called by any thread, one at a time. max_idle: fetchers kept for later.
  explicit FetcherPool(Make make, std::size_t max_idle = 64);
  FetchResponse fetch(const FetchRequest& request) override;

 private:
  std::unique_ptr<HttpFetcher> take();

  Make make_;
  std::size_t max_idle_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<HttpFetcher>> idle_;
};

}  // namespace anireco
