#pragma once

#include <optional>

#include "search/search_result.h"

namespace anireco {

/// What speaks for a hit, each number free of the query's own scale.
struct Evidence {
  std::optional<float> cosine =
      {};                ///< Best of document and window, [-1, 1]; empty without the dense leg.
  float coverage = 0;    ///< Share of the query's rarity-weighted words that the title has, [0, 1].
  bool glossed = false;  ///< The cosine is that of a request rendered word by word (Glossary).
  bool title_named = false;  ///< The text spells the title.
};

/// A number in [0, 1]: how likely a person would call a hit with this evidence an answer. A
/// logistic form whose weights are in docs/experiments.md.
float relevance_probability(const Evidence& evidence);

/// Cuts per query: strong for a probability of at least kStrong, possible of at least kPossible,
/// and neither further below the query's own best than a gap of log-odds (a sure best makes the bar
/// higher for the rest).
Tier tier_of(float probability, float best_probability);

}  // namespace anireco
