#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "search/similarity_model.h"
#include "search/snapshot.h"

namespace anireco {

/// Features of one pair, by SimilarFeature.
using SimilarFeatures = std::array<float, kSimilarFeatureCount>;

/// Compares one example with other titles. Thread-safe; borrows all it is given.
class SimilarityScorer {
 public:
  explicit SimilarityScorer(const Snapshot& snapshot);
  /// `vectors` and `affinity` may be null: then there is no such likeness.
  SimilarityScorer(const Catalog& catalog, const VectorIndex* vectors,
                   const AffinitySpace* affinity, const SimilarityModel& model);

  /// Similarity of each of `docs` to `example`, in their order: the model's weights times the
  /// features. Higher is closer, no bounds.
  std::vector<float> score(DocId example, std::span<const DocId> docs) const;

  /// The same by place in the affinity space and by facts alone, which takes a tenth of the time:
  /// good for finding those worth a whole look. What score() gives where there is no such space, or
  /// one that lacks the texts.
  std::vector<float> score_roughly(DocId example, std::span<const DocId> docs) const;

  /// score() by what the two have in common alone: how well known and how well liked each is says
  /// nothing.
  std::vector<float> score_in_common(DocId example, std::span<const DocId> docs) const;

  /// The features of each of those pairs, in their order; what a model is learnt from.
  std::vector<SimilarFeatures> features(DocId example, std::span<const DocId> docs) const;

  /// Whether an engine did not answer in a call so far: then the texts' likeness was left out.
  bool lacks_text() const { return lacks_text_; }

  /// Names that both have, rarest first: themes and tags before genres; spoiler tags left out.
  std::vector<std::string> shared_terms(DocId example, DocId doc, std::size_t limit) const;

 private:
  template <typename Take>
  void for_each(DocId example, std::span<const DocId> docs, Take take) const;

  const Catalog& catalog_;
  const VectorIndex* vectors_;
  const AffinitySpace* affinity_;
  const SimilarityModel& model_;
  mutable std::atomic<bool> lacks_text_ = false;
};

}  // namespace anireco
