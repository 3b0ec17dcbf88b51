#include "index/dense_scan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "tensor/dot.h"

namespace anireco {
namespace {

constexpr std::size_t kBlock = 64;  // rows whose products are held at a time
constexpr DocId kBridge = 2;        // documents not wanted that are scanned rather than skipped
constexpr std::size_t kAhead = 8;   // rows fetched ahead: candidates lie far apart

void scan_rows(const VectorFileView& view, const QuantisedQuery& quantised, std::size_t begin,
               std::size_t end, float* row_scores) {
  const std::size_t dimension = view.info.dimension;
  std::array<std::int32_t, kBlock> products;
  for (std::size_t row = begin; row < end; row += kBlock) {
    const std::size_t n = std::min(kBlock, end - row);
    dot_i16_i8_rows(quantised.values(), view.quantised + row * dimension, n, dimension,
                    products.data());
    const float* const scales = view.scales.data() + row;
    for (std::size_t i = 0; i < n; ++i) {
      row_scores[row + i] = scales[i] * (quantised.scale() * static_cast<float>(products[i]));
    }
  }
}

}  // namespace

QuantisedQuery::QuantisedQuery(std::span<const float> vector) : values_(vector.size()) {
  const std::size_t dimension = vector.size();
  scale_ = quantize_i16(vector.data(), dimension, values_.data());
  double squares = 0;
  double error_squares = 0;
  for (std::size_t i = 0; i < dimension; ++i) {
    const double value = static_cast<double>(vector[i]);
    const double error = value - static_cast<double>(scale_) * values_[i];
    squares += value * value;
    error_squares += error * error;
  }
  // |x'| <= 127 * scale * sqrt(dimension). A sum of n float products is off by at most n + 1 units
  // in the last place of |x| |y| (Higham, Accuracy and Stability of Numerical Algorithms, § 3.1).
  const double size = static_cast<double>(dimension);
  const double norm = std::sqrt(squares);
  const double rounding = (size + 16) * 0x1p-23 * norm;
  norm_ = static_cast<float>(norm * 1.0001);
  per_scale_ =
      static_cast<float>(128 * std::sqrt(size) * (std::sqrt(error_squares) + rounding) * 1.0001);
}

std::vector<RowBounds> row_bounds_by_document(const VectorFileView& view) {
  std::vector<RowBounds> bounds(view.documents);
  for (std::size_t doc = 0; doc < view.documents; ++doc) {
    const std::size_t first = view.first_row[doc];
    const std::size_t end = view.first_row[doc + 1];
    if (first == end) continue;
    RowBounds& bound = bounds[doc];
    bound.document_error = view.errors[first];
    bound.document_scale = view.scales[first];
    if (end - first == 1) {
      bound.window_error = bound.document_error;
      bound.window_scale = bound.document_scale;
    }
    for (std::size_t row = first + 1; row < end; ++row) {
      bound.window_error = std::max(bound.window_error, view.errors[row]);
      bound.window_scale = std::max(bound.window_scale, view.scales[row]);
    }
  }
  return bounds;
}

void scan_documents(const VectorFileView& view, std::span<const RowBounds> row_bounds,
                    const QuantisedQuery& quantised, const DenseQuery& query, DocId begin,
                    DocId end, std::span<float> row_scores, ScoreBounds& bounds) {
  const auto wanted = [&](DocId doc) {
    return query.allowed == nullptr || query.allowed->contains(doc);
  };
  const float weight = query.window_weight;
  bounds.docs.resize(end - begin);
  bounds.lower.resize(end - begin);
  bounds.upper.resize(end - begin);
  std::size_t n = 0;
  double sum = 0;
  double squares = 0;
  for (DocId doc = begin; doc < end;) {
    if (!wanted(doc)) {
      ++doc;
      continue;
    }
    DocId stop = doc + 1;  // after the last wanted document of this run
    for (DocId next = stop; next < end && next - stop <= kBridge; ++next) {
      if (wanted(next)) stop = next + 1;
    }
    scan_rows(view, quantised, view.first_row[doc], view.first_row[stop], row_scores.data());
    for (; doc < stop; ++doc) {
      const std::size_t first = view.first_row[doc];
      const std::size_t last = view.first_row[doc + 1];
      if (first == last || !wanted(doc)) continue;
      float best = row_scores[first];
      if (last - first > 1) {
        best = row_scores[first + 1];
        for (std::size_t row = first + 2; row < last; ++row) {
          best = std::max(best, row_scores[row]);
        }
      }
      const float score = row_scores[first] + weight * best;
      const RowBounds& row = row_bounds[doc];
      const float bound = quantised.bound(row.document_error + weight * row.window_error,
                                          row.document_scale + weight * row.window_scale);
      bounds.docs[n] = doc;
      bounds.lower[n] = score - bound;
      bounds.upper[n] = score + bound;
      ++n;
      sum += static_cast<double>(score);
      squares += static_cast<double>(score) * static_cast<double>(score);
    }
  }
  bounds.docs.resize(n);
  bounds.lower.resize(n);
  bounds.upper.resize(n);
  bounds.sum = sum;
  bounds.sum_of_squares = squares;
}

namespace {

// Rows to score exactly: its own row of each document, then the windows that may be its best.
void list_rows(const VectorFileView& view, std::span<const DocId> docs,
               const QuantisedQuery* quantised, std::span<const float> row_scores, bool windows,
               std::vector<std::uint32_t>& rows) {
  rows.clear();
  for (const DocId doc : docs) {
    const std::uint32_t first = view.first_row[doc];
    const std::uint32_t end = view.first_row[doc + 1];
    rows.push_back(first);
    float reached = std::numeric_limits<float>::lowest();
    if (windows && quantised != nullptr && end - first > 2) {
      for (std::uint32_t row = first + 1; row < end; ++row) {
        reached = std::max(reached, row_scores[row] - quantised->bound(view, row));
      }
    }
    if (!windows) continue;
    for (std::uint32_t row = first + 1; row < end; ++row) {
      if (quantised == nullptr || row_scores[row] + quantised->bound(view, row) >= reached) {
        rows.push_back(row);
      }
    }
  }
}

void prefetch_row(const VectorFileView& view, std::uint32_t row) {
  const std::size_t bytes = view.info.dimension * sizeof(bfloat16);
  const char* const start = reinterpret_cast<const char*>(view.exact) + row * bytes;
  for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(start + at);
}

}  // namespace

void score_documents(const VectorFileView& view, const DenseQuery& query,
                     std::span<const DocId> docs, const QuantisedQuery* quantised,
                     std::span<const float> row_scores, std::span<DenseHit> hits) {
  const std::size_t dimension = view.info.dimension;
  std::vector<std::uint32_t> rows;
  rows.reserve(docs.size() * 3);
  list_rows(view, docs, quantised, row_scores, query.window_weight > 0, rows);
  std::size_t next = 0;
  const auto exact = [&](std::size_t row) {
    if (next + kAhead < rows.size()) prefetch_row(view, rows[next + kAhead]);
    ++next;
    const float score = dot_bf16(query.vector.data(), view.exact + row * dimension, dimension);
    return std::isfinite(score) ? score : -1.0F;  // A crafted file may hold infinities.
  };
  for (std::size_t i = 0; i < docs.size(); ++i) {
    const std::uint32_t first = view.first_row[docs[i]];
    const std::uint32_t end = view.first_row[docs[i] + 1];
    DenseHit hit;
    hit.doc = docs[i];
    hit.document_score = exact(first);
    hit.window_score = hit.document_score;
    while (next < rows.size() && rows[next] > first && rows[next] < end) {
      const std::uint32_t row = rows[next];
      const float score = exact(row);
      if (hit.window == DenseHit::kNoWindow || score > hit.window_score) {
        hit.window_score = score;
        hit.window = static_cast<std::int32_t>(row - first - 1);
      }
    }
    hit.score = hit.document_score + query.window_weight * hit.window_score;
    hits[i] = hit;
  }
}

}  // namespace anireco
