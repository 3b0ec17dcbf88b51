#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/score_statistics.h"
#include "catalog/anime.h"
#include "catalog/doc_set.h"
#include "catalog/filter.h"

namespace anireco {

/// A dense retrieval request. Scores are cosines in [-1, 1] of L2-normalised vectors.
struct DenseQuery {
  std::span<const float> vector;    ///< [dimension], L2-normalised.
  std::size_t limit = 1000;         ///< Hits wanted, > 0.
  const DocSet* allowed = nullptr;  ///< Filter; nullptr allows all. Borrowed for the call.
  /// For indexes that filter elsewhere, both or none: conditions, and what passes them
  /// (Catalog::matching(*filter)), of which `allowed`, then given, is a part. Borrowed.
  const Filter* filter = nullptr;
  const DocSet* matching = nullptr;
  /// score = document + window_weight * best window; >= 0. With 0 windows are not looked at.
  float window_weight = 0.5F;
  /// When set, filled with the distribution of `score` over all allowed documents that have a
  /// vector (not only the hits); to about three decimals, as it comes from the quantised scan.
  ScoreStatistics* statistics = nullptr;
};

struct DenseHit {
  static constexpr std::int32_t kNoWindow = -1;
  DocId doc = 0;
  float score = 0;           ///< document_score + window_weight * window_score.
  float document_score = 0;  ///< Cosine to the document's vector.
  /// Cosine to its best window; the document's own where it has none or none was looked at.
  float window_score = 0;
  std::int32_t window = kNoWindow;  ///< Number of that window within the document, from 0.
};

/// The order of hits: best first, ties by ascending DocId.
inline bool ranks_before(const DenseHit& a, const DenseHit& b) {
  return a.score > b.score || (a.score == b.score && a.doc < b.doc);
}

/// Throws Error{invalid_argument} for what VectorIndex::search() refuses, but for the limit.
void check_query(const DenseQuery& query, std::size_t dimension);

/// Finds the documents whose vectors are nearest to a query. A document has one vector of its own
/// and any number of window vectors; one without a vector is never returned. Thread-safe (const).
class VectorIndex {
 public:
  virtual ~VectorIndex() = default;
  virtual std::size_t dimension() const = 0;
  virtual const std::string& model_fingerprint() const = 0;

  /// The best `limit` allowed documents, best first, ties by ascending DocId.
  /// Throws Error{invalid_argument} when the vector's size differs from dimension(), the limit is
  /// 0, or a number is not finite or negative where it must not be.
  virtual std::vector<DenseHit> search(const DenseQuery& query) const = 0;

  /// Scores of given documents (query.limit and query.allowed are ignored), in their order; a
  /// document without a vector has score 0.
  virtual std::vector<DenseHit> score(const DenseQuery& query,
                                      std::span<const DocId> docs) const = 0;

  /// Fills `window` of hits that search() or score() of the same query gave, for those few whose
  /// best passage is shown. An index that tells it in every hit has nothing to add.
  virtual void find_windows(const DenseQuery& query, std::span<DenseHit> hits) const {
    static_cast<void>(query);
    static_cast<void>(hits);
  }

  virtual bool has_vector(DocId doc) const = 0;
  /// The document's own vector as stored, [dimension]; empty when it has none.
  virtual std::vector<float> document_vector(DocId doc) const = 0;
};

}  // namespace anireco
