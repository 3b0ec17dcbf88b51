#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "net/http_fetcher.h"

namespace anireco {

/// An HttpFetcher without a network, for tests: a function answers, every request is kept. Not
/// thread-safe.
class ScriptedFetcher final : public HttpFetcher {
 public:
  using Answer = std::function<FetchResponse(const FetchRequest&)>;
  explicit ScriptedFetcher(Answer answer) : answer_(std::move(answer)) {}
  FetchResponse fetch(const FetchRequest& request) override {
    requests_.push_back(request);
    return answer_(request);
  }
  const std::vector<FetchRequest>& requests() const { return requests_; }

 private:
  Answer answer_;
  std::vector<FetchRequest> requests_;
};

}  // namespace anireco
