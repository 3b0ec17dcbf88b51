#pragma once

#include <memory>
#include <utility>

#include "base/circuit_breaker.h"
#include "fulltext/full_text_index.h"

namespace anireco {

/// A full-text index on another server, which after it failed is not asked until a probe of its
/// CircuitBreaker has: what a search needs may be in memory. Thread-safe.
class GuardedFullTextIndex final : public FullTextIndex {
 public:
  GuardedFullTextIndex(std::unique_ptr<const FullTextIndex> inner,
                       std::shared_ptr<CircuitBreaker> breaker)
      : inner_(std::move(inner)), breaker_(std::move(breaker)) {}

  std::vector<LexicalHit> search(const LexicalQuery& query) const override {
    return breaker_->use([&] { return inner_->search(query); });
  }
  std::vector<std::vector<TermContribution>> explain(std::string_view text,
                                                     std::span<const DocId> docs) const override {
    return breaker_->use([&] { return inner_->explain(text, docs); });
  }

 private:
  const std::unique_ptr<const FullTextIndex> inner_;
  const std::shared_ptr<CircuitBreaker> breaker_;
};

}  // namespace anireco
