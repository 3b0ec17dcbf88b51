#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/anime.h"
#include "catalog/filter.h"
#include "search/list_views.h"

namespace anireco {

enum class FusionMethod {
  rrf,     ///< Weighted reciprocal ranks.
  minmax,  ///< Scores scaled to [0, 1] by the list's least and greatest.
  dbsf,    ///< Scores scaled by mean and three standard deviations (distribution-based).
};

enum class SortBy { relevance, score, popularity, year };

/// How the legs are weighed into one score. The three weights multiply those of the FusionModel;
/// defaults: what measured best (docs/evaluation.md).
struct FusionOptions {
  FusionMethod method = FusionMethod::dbsf;
  float dense_weight = 1.0F;    ///< >= 0
  float lexical_weight = 1.0F;  ///< >= 0
  float rrf_k = 60.0F;          ///< > 0; only for rrf.
  float window_weight = 1.0F;   ///< Best window's share in the dense score, >= 0.
  /// Popularity dial, in [-1, 1]: -1 hidden gems, 0 no influence, 1 the best known first.
  float popularity = kDefaultPopularity;

  static constexpr float kDefaultPopularity = 0.6F;
};

struct RatedTitle {
  DocId doc = 0;
  float rating = 0;  ///< 1 to 10; 0: seen, not scored.
};

/// Somebody's list as a request uses it. Of the snapshot and the level that the request is run on.
struct ListUse {
  std::shared_ptr<const ListView> view = nullptr;  ///< Null: no list. What is seen is left out.
  std::shared_ptr<const Taste> taste = nullptr;    ///< Null: the list only hides.
  bool drop_planned = false;                       ///< Leaves planned titles out as well.
  /// Leaves the other titles of what is seen out too: sequels are no news.
  bool whole_franchises = false;
};

/// One question to the engine. Document ids belong to the snapshot that the request is run on.
struct SearchRequest {
  std::string text;  ///< UTF-8, at most kMaxTextBytes; may be empty with examples or filters.
  std::vector<DocId>
      liked;  ///< Examples to come close to; they and their franchises leave the results.
  std::vector<DocId> disliked;  ///< Examples to stay away from; they leave the results as well.
  std::vector<RatedTitle>
      rated;  ///< At most kMaxListed; high scores attract, low ones repel, all are seen.
  std::vector<DocId> seen;  ///< At most kMaxListed; left out of the results.
  ListUse list;
  Filter filter;
  FusionOptions fusion;
  SortBy sort = SortBy::relevance;
  std::size_t limit = 20;  ///< Cards wanted, 1 to kMaxLimit.
  std::string page_token;  ///< Of the answer before; empty for the first page.
  bool understand = true;  ///< Read titles, years, types and negations out of the text.
  std::vector<std::string>
      switched_off;  ///< Keys of understood items to ignore (UnderstoodItem::key).
  bool group_by_franchise = true;
  bool facets = true;
  bool explain = false;   ///< Fill the score tree of every hit.
  bool use_dense = true;  ///< Legs, for measurement.
  bool use_lexical = true;

  static constexpr std::size_t kMaxTextBytes = 8192;
  static constexpr std::size_t kMaxListed = 20000;
  static constexpr std::size_t kMaxExamples = 50;
  static constexpr std::size_t kMaxLimit = 1000;
};

}  // namespace anireco
