#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "index/vector_index.h"

namespace anireco {

/// The plain in-memory twin of ExactVectorIndex: float vectors, every score computed, everything
/// sorted. For tests. Thread-safe once filled.
class MemoryVectorIndex final : public VectorIndex {
 public:
  /// dimension > 0.
  MemoryVectorIndex(std::size_t dimension, std::string model_fingerprint);

  /// Appends the next document, DocIds from 0: its vector, [dimension] or empty for none, and its
  /// windows, [n, dimension]. Throws Error{invalid_argument} for another size.
  void add(std::span<const float> document, std::span<const float> windows);

  std::size_t dimension() const override { return dimension_; }
  const std::string& model_fingerprint() const override { return model_fingerprint_; }
  std::vector<DenseHit> search(const DenseQuery& query) const override;
  std::vector<DenseHit> score(const DenseQuery& query, std::span<const DocId> docs) const override;
  bool has_vector(DocId doc) const override;
  std::vector<float> document_vector(DocId doc) const override;

 private:
  struct Document {
    std::vector<float> vector;
    std::vector<float> windows;
  };
  DenseHit score_one(const DenseQuery& query, DocId doc) const;

  std::size_t dimension_;
  std::string model_fingerprint_;
  std::vector<Document> documents_;
};

}  // namespace anireco
