#include "net/fetcher_pool.h"

#include <utility>

namespace anireco {

FetcherPool::FetcherPool(Make make, std::size_t max_idle)
    : make_(std::move(make)), max_idle_(max_idle) {}

std::unique_ptr<HttpFetcher> FetcherPool::take() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return make_();
  auto fetcher = std::move(idle_.back());
  idle_.pop_back();
  return fetcher;
}

FetchResponse FetcherPool::fetch(const FetchRequest& request) {
  auto fetcher = take();
  // One whose exchange failed is not used again: its connection is of no more use either.
  FetchResponse response = fetcher->fetch(request);
  const std::lock_guard lock(mutex_);
  if (idle_.size() < max_idle_) idle_.push_back(std::move(fetcher));
  return response;
}

}  // namespace anireco
