#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "index/vector_file.h"
#include "index/vector_index.h"

namespace anireco {

/// A query vector in 16 bits (as many as keep sums exact), so that the bound of a score depends
/// nearly on the row's own error alone.
class QuantisedQuery {
 public:
  /// vector: finite.
  explicit QuantisedQuery(std::span<const float> vector);

  const std::int16_t* values() const { return values_.data(); }
  float scale() const { return scale_; }

  /// How far an approximate score may be from the exact one, given the row's error norm and scale
  /// (of VectorFileView). Linear in both, so bounds of weighted sums of rows are bounds of weighted
  /// sums. Covers the float rounding of both computations.
  float bound(float row_error, float row_scale) const {
    return row_error * norm_ + row_scale * per_scale_;
  }
  float bound(const VectorFileView& view, std::size_t row) const {
    return bound(view.errors[row], view.scales[row]);
  }

 private:
  std::vector<std::int16_t> values_;
  float scale_ = 1;
  float norm_ = 0;
  float per_scale_ = 0;
};

/// Error norms and scales of a document's own row and, the largest, of its windows; the document's
/// own for one without windows.
struct RowBounds {
  float document_error = 0;
  float document_scale = 0;
  float window_error = 0;
  float window_scale = 0;
};
std::vector<RowBounds> row_bounds_by_document(const VectorFileView& view);

/// Bounds of the scores of some documents, side by side.
struct ScoreBounds {
  std::vector<DocId> docs;
  std::vector<float> lower;
  std::vector<float> upper;
  double sum = 0;  ///< Of the approximate scores.
  double sum_of_squares = 0;
};

/// Bounds the scores of all allowed documents of [begin, end) that have a vector, in place of what
/// `bounds` held; row_scores, [rows], gets the approximate cosines of their rows. Calls for
/// different ranges may run at once.
void scan_documents(const VectorFileView& view, std::span<const RowBounds> row_bounds,
                    const QuantisedQuery& quantised, const DenseQuery& query, DocId begin,
                    DocId end, std::span<float> row_scores, ScoreBounds& bounds);

/// The exact scores of documents that have a vector. `quantised` and `row_scores` of a scan of the
/// same query, when given, spare the windows that cannot be a document's best.
void score_documents(const VectorFileView& view, const DenseQuery& query,
                     std::span<const DocId> docs, const QuantisedQuery* quantised,
                     std::span<const float> row_scores, std::span<DenseHit> hits);

}  // namespace anireco
