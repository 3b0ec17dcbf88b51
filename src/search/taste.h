#pragma once

#include <array>
#include <span>
#include <vector>

#include "catalog/profile.h"
#include "search/list_view.h"
#include "search/snapshot.h"

namespace anireco {

/// What somebody thinks of a title.
struct Opinion {
  DocId doc = 0;
  float weight = 0;     ///< Positive likes, negative dislikes; 1 is a clear like.
  bool marked = false;  ///< Said by a mark, not by a score.
};

/// A list's opinions: scores as deviations from the person's own mean; what was finished without a
/// score is a faint like, what was dropped without one a dislike; marks say more than scores. One
/// for each known title that says anything.
std::vector<Opinion> list_opinions(const Profile& profile, const ListView& view);

/// What speaks for a title, given somebody's opinions, one number each before weighting. A
/// *profile* is the weighted sum of the opinions' vectors, of length 1.
enum class TasteFeature : std::size_t {
  text,    ///< Cosine of the title's vector and the profile of what is liked.
  genres,  ///< Cosine of sets weighted by rarity, as in SimilarFeature; so the next four.
  themes,
  demographics,
  tags,
  studios,
  popularity,             ///< TitleFacts::log_popularity, [0, 4].
  popularity_squared,     ///< The same, squared.
  score,                  ///< Public score - 7, 0 where unknown.
  year_difference,        ///< Years from the mean year of what is liked / 10; 1 where unknown.
  popularity_difference,  ///< From the mean popularity of what is liked.
  type,                   ///< Share of the title's type in what is liked, [0, 1].
  low_scored_text,        ///< Cosine to the profile of what is scored low.
  disliked_text,          ///< Cosine to the profile of what is marked as disliked.
  disliked_terms          ///< Mean cosine of genres, themes and tags to the same.
};
constexpr std::size_t kTasteFeatureCount = 15;
/// Weights of the features: a softmax over all titles, fitted to titles that people scored 8 or
/// higher (docs/evaluation.md); those of dislikes by mark are set by hand.
struct TasteWeights {
  std::array<float, kTasteFeatureCount> weight;
};
const TasteWeights& default_taste_weights();

/// How much each title of a snapshot would be to somebody's liking.
struct Taste {
  std::vector<float> score = {};  ///< [documents], higher is better, no bounds.
  std::vector<DocId> likes = {};  ///< What is liked most, at most kMaxLikes, most liked first.
  bool lacks_text = false;        ///< The vectors' engine did not answer: learn it again later.
  bool empty() const { return score.empty(); }
  static constexpr std::size_t kMaxLikes = 100;
};

/// Learns a taste from opinions; empty when none of them likes anything. One pass over the
/// catalogue whatever their number, some ten milliseconds; it is kept (ListViews). Thread-safe.
Taste learn_taste(const Snapshot& snapshot, std::span<const Opinion> opinions,
                  const TasteWeights& weights = default_taste_weights());

}  // namespace anireco
