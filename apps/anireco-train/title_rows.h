#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "encoder/text_encoder.h"
#include "index/vector_file.h"
#include "search/snapshot.h"

namespace anireco::trainer {

/// Whether a text was written for this project.
bool is_ours(const SourcedText& text);

/// The vectors of `texts`, [dimension] each, in their order.
std::vector<std::vector<float>> encode_all(const TextEncoder& encoder,
                                           std::span<const std::string> texts);

/// Vectors that titles would have without our own words, by DocId: [dimension].
using ForeignDocuments = std::unordered_map<DocId, std::vector<float>>;

/// Encodes the titles whose stored vector holds words of ours, without these.
ForeignDocuments encode_foreign_documents(const Catalog& catalog, const TextEncoder& encoder);

/// Which titles a request is to be told apart from, and by which of their windows.
struct TitleRowsOptions {
  std::function<bool(DocId)> takes = {};  ///< Titles that take part.
  /// Our own phrases and synopses take part: as windows, and in the titles' own vectors.
  bool own_words = true;
  /// Needed without our own words: the titles whose stored vector holds some. Borrowed.
  const ForeignDocuments* foreign = nullptr;
  double window_weight = 1;  ///< As DenseQuery::window_weight; with 0 windows are not kept.
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
  torch::Tensor windows_;              // [windows, dimension], by title; none with weight 0
  torch::Tensor windows_of_title_;     // [titles], >= 1
  torch::Tensor titles_of_franchise_;  // [franchises], >= 1
  std::vector<FranchiseId> franchises_;
  std::vector<std::int64_t> columns_;  // by FranchiseId
};

}  // namespace anireco::trainer
