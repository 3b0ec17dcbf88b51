#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/anime.h"
#include "catalog/level.h"

namespace anireco {

/// Inclusive bounds, each optional. A title whose value is unknown (0) fails any bound.
struct Range {
  std::optional<double> min;
  std::optional<double> max;
  bool empty() const { return !min && !max; }
  bool operator==(const Range&) const = default;
};

/// Conditions on a multi-valued field; names match without regard to case.
struct TermCondition {
  std::vector<std::string> all;   ///< Each must be present.
  std::vector<std::string> any;   ///< At least one must be present, when not empty.
  std::vector<std::string> none;  ///< None may be present.
  bool empty() const { return all.empty() && any.empty() && none.empty(); }
  bool operator==(const TermCondition&) const = default;
};

/// Conditions on a single-valued field: any of `any` (when not empty), none of `none`.
template <typename T>
struct ValueCondition {
  std::vector<T> any;
  std::vector<T> none;
  bool empty() const { return any.empty() && none.empty(); }
  bool operator==(const ValueCondition&) const = default;
};

/// What a request restricts its results to, before any ranking. Default: all of level standard.
struct Filter {
  TermCondition genres;
  TermCondition themes;
  TermCondition demographics;
  TermCondition tags;
  TermCondition studios;
  ValueCondition<AnimeType> types;
  ValueCondition<AiringStatus> statuses;
  ValueCondition<Season> seasons;
  ValueCondition<AgeRating> age_ratings;
  ValueCondition<std::string> sources;  ///< Source material.
  Range year;
  Range episodes;
  Range duration_minutes;  ///< Of one episode.
  Range score;             ///< 1 to 10.
  Range members;
  Level level = Level::standard;
  bool operator==(const Filter&) const = default;
};

}  // namespace anireco
