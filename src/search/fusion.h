#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "catalog/anime.h"
#include "search/search_request.h"

namespace anireco {

/// The retrieval legs whose scores are fused.
enum class Leg : std::size_t { dense, lexical, similar };
constexpr std::size_t kLegCount = 3;

/// One leg's opinion of one candidate.
struct LegScore {
  float raw = 0;           ///< The leg's own unit: cosine, BM25F, similarity.
  std::uint32_t rank = 0;  ///< From 1 within the leg's list; 0: not in it.
  float normalised = 0;    ///< Filled by fuse(): the share before the weight.
};

/// A document under consideration, with every leg's score.
struct Candidate {
  DocId doc = 0;
  LegScore legs[kLegCount];
  float prior = 0;        ///< Popularity's part of the score.
  float title_bonus = 0;  ///< Added when the text spells the title.
  float score = 0;        ///< Filled by fuse(): weighted normalised scores + prior + title_bonus.
};

/// Weight of each leg; 0 leaves a leg out.
struct LegWeights {
  float weight[kLegCount] = {1, 1, 0};
};

/// Fills `normalised` of each leg and `score` of every candidate:
///   rrf    normalised = (k + 1) / (k + rank), 0 outside the list; the constant k + 1 leaves the
///   order as it is
///          and puts the first rank at 1.
///   minmax normalised = (raw - min) / (max - min) over the candidates.
///   dbsf   normalised = (raw - (mean - 3 sd)) / (6 sd) over the candidates, cut to [0, 1] below
///   only, so that an
///          outlying best keeps its distance.
/// A leg whose raw scores are all equal contributes 0. Throws Error{invalid_argument} if rrf_k <= 0
/// or a weight is negative. Sources: Cormack, Clarke, Buettcher, SIGIR 2009 (rrf, ranks from 1, k =
/// 60); Shaw and Fox, TREC-2 1994, with min-max scores (CombSUM); Mazzeschi, distribution-based
/// score fusion, 2023.
void fuse(std::span<Candidate> candidates, const LegWeights& weights, FusionMethod method,
          float rrf_k);

/// Order of magnitude of a title's rank from the top, -log10(1 - percentile), in [0, 4], from its
/// percentile in [0, 1]; the percentile is cut at the 10,000th part.
float popularity_order(float percentile);

}  // namespace anireco
