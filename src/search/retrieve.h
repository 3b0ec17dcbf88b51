#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/score_statistics.h"
#include "catalog/doc_set.h"
#include "search/fusion.h"
#include "search/search_result.h"
#include "search/searcher.h"
#include "search/snapshot.h"

namespace anireco {

/// What the legs found, before fusion: the union of their best documents, each with every leg's
/// score.
struct Retrieval {
  std::vector<Candidate> candidates;  ///< Ascending DocId, each once.
  std::vector<DenseHit> dense;        ///< Parallel to candidates; empty without a query vector.
  std::vector<DocId> examples;        ///< The titles that attract, liked or rated high.
  std::vector<std::vector<float>> per_example;  ///< [examples][candidates] similarity.
  bool has_likeness = false;                    ///< The similar leg ran and something attracts.
  ScoreStatistics dense_statistics;             ///< Of the dense score over all allowed titles.
  float lexical_ceiling = 0;        ///< LexicalStatistics::ceiling; 0 without the lexical leg.
  float window_weight = 0;          ///< Of the best window in the dense score.
  LegWeights weights;               ///< 0 for a leg that did not run.
  Degraded missing = Degraded::no;  ///< The leg whose engine did not answer.
};

/// What the legs need beside the snapshot and the plan. All borrowed for the call.
struct RetrievalInput {
  std::optional<std::span<const float>> query_vector;
  const Filter& filter;
  const DocSet& matching;                    ///< Catalog::matching(filter).
  const DocSet& allowed;                     ///< Part of it.
  std::span<const TitleMatch> named_titles;  ///< Become candidates whatever the legs say.
};

/// Runs the legs over the allowed titles: dense when there is a vector, lexical when there is text,
/// similar when there are examples. `times` gets dense_ms and lexical_ms. A leg whose engine does
/// not answer is left out; throws Error{unavailable} when there is text and no leg is left for it.
Retrieval retrieve(const Snapshot& snapshot, const SearchPlan& plan, const RetrievalInput& input,
                   StageTimes& times);

/// Documents that each leg contributes.
constexpr std::size_t kCandidatesPerLeg = 200;

}  // namespace anireco
