#pragma once

#include <memory>
#include <utility>

#include "base/circuit_breaker.h"
#include "index/vector_index.h"

namespace anireco {

/// A vector index on another server, which after it failed is not asked until a probe of its
/// CircuitBreaker has: searches may be answered without a request. Titles' own
/// vectors and scores by them alone are passed on, for such an index keeps them in process.
/// Thread-safe.
class GuardedVectorIndex final : public VectorIndex {
 public:
  GuardedVectorIndex(std::unique_ptr<const VectorIndex> inner,
                     std::shared_ptr<CircuitBreaker> breaker)
      : inner_(std::move(inner)), breaker_(std::move(breaker)) {}

  std::size_t dimension() const override { return inner_->dimension(); }
  const std::string& model_fingerprint() const override { return inner_->model_fingerprint(); }
  std::vector<DenseHit> search(const DenseQuery& query) const override {
    return breaker_->use([&] { return inner_->search(query); });
  }
  std::vector<DenseHit> score(const DenseQuery& query, std::span<const DocId> docs) const override {
    if (query.window_weight == 0) return inner_->score(query, docs);
    return breaker_->use([&] { return inner_->score(query, docs); });
  }
  void find_windows(const DenseQuery& query, std::span<DenseHit> hits) const override {
    breaker_->use([&] {
      inner_->find_windows(query, hits);
      return true;
    });
  }
  bool has_vector(DocId doc) const override { return inner_->has_vector(doc); }
  std::vector<float> document_vector(DocId doc) const override {
    return inner_->document_vector(doc);
  }

 private:
  const std::unique_ptr<const VectorIndex> inner_;
  const std::shared_ptr<CircuitBreaker> breaker_;
};

}  // namespace anireco
