#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "index/vector_file.h"
#include "search/snapshot.h"

namespace anireco::trainer {

/// Which titles a request is to be told apart from, and by which of their windows.
struct TitleRowsOptions {
  std::function<bool(DocId)> takes = {};  ///< Titles that take part.
  /// Windows of our own phrases and synopses take part. A title's own vector is what is stored,
  /// and holds our synopsis where there is one, whatever this says.
  bool own_words = true;
  double window_weight = 1;  ///< As DenseQuery::window_weight.
};

/// The stored vectors of a part of the catalogue, as the dense leg scores them: a title by its own
/// vector and its best window, a franchise by its best title. Nothing here learns.
class TitleRows {
 public:
  TitleRows(const Snapshot& snapshot, const VectorFileView& view, const TitleRowsOptions& options);

  /// queries: [n, dimension], rows of length 1. Returns [n, franchises()].
  torch::Tensor scores(const torch::Tensor& queries) const;

  std::size_t franchises() const { return franchises_.size(); }
  /// Column of a franchise in scores(); -1 when none of its titles takes part.
  std::int64_t column(FranchiseId franchise) const;
  std::size_t windows() const { return static_cast<std::size_t>(windows_.size(0)); }

 private:
  double window_weight_;
  torch::Tensor documents_;            // [titles, dimension], by franchise
  torch::Tensor windows_;              // [windows, dimension], by title
  torch::Tensor windows_of_title_;     // [titles], >= 1
  torch::Tensor titles_of_franchise_;  // [franchises], >= 1
  std::vector<FranchiseId> franchises_;
  std::vector<std::int64_t> columns_;  // by FranchiseId
};

}  // namespace anireco::trainer
