#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "index/vector_index.h"

namespace anireco {

/// What two titles have in common, one number each, before weighting.
enum class SimilarFeature : std::size_t {
  text,    ///< Cosine of the document vectors, [-1, 1].
  genres,  ///< Cosine of genre sets weighted by rarity (idf), [0, 1]; so the next four.
  themes,
  demographics,
  tags,
  studios,
  popularity,  ///< popularity_prior scale of the candidate alone: -log10(1 - percentile), [0, 4].
  popularity_difference,  ///< Absolute difference of that value.
  year_difference,        ///< Years apart / 10, at most 3; 1 where unknown.
  score,                  ///< (score - 7) of the candidate, 0 where unknown.
  score_difference,       ///< Absolute difference of scores, 1 where unknown.
  same_type,              ///< 1 or 0.
  same_source,            ///< 1 or 0; source material known and equal.
  has_text,               ///< 1 when the candidate has a vector.
};
constexpr std::size_t kSimilarFeatureCount = 14;

/// Weights of the features: a logistic regression over pairs that people recommend to each other
/// against random pairs (docs/experiments.md tells how they were found). The score of a pair is
/// their dot product.
struct SimilarWeights {
  std::array<float, kSimilarFeatureCount> weight;
};
const SimilarWeights& default_similar_weights();

/// Scores all documents against one example. Thread-safe; borrows the snapshot's parts.
class SimilarityScorer {
 public:
  SimilarityScorer(const Catalog& catalog, const VectorIndex* vectors,
                   const SimilarWeights& weights = default_similar_weights());

  /// Similarity of each of `docs` to `example`, in their order; higher is closer, no bounds.
  std::vector<float> score(DocId example, std::span<const DocId> docs) const;

  /// Names that both have, rarest first: themes and tags before genres; spoiler tags left out.
  std::vector<std::string> shared_terms(DocId example, DocId doc, std::size_t limit) const;

 private:
  void add_text(DocId example, std::span<const DocId> docs, std::span<float> scores) const;
  void add_terms(Catalog::TermField field, float weight, DocId example, std::span<const DocId> docs,
                 std::span<float> scores) const;

  const Catalog& catalog_;
  const VectorIndex* vectors_;
  SimilarWeights weights_;
};

}  // namespace anireco
