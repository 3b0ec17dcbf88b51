#pragma once

#include "search/reading.h"

namespace anireco {

enum class Quantity {
  none,
  year,
  decade,
  relative,
  episodes,
  cours,
  minutes,
  hours,
  short_episodes,
  short_film,
  score
};
enum class Bound { exactly, about, below, at_most, at_least, above, between, early, middle, late };

/// What a pattern with numbers says: of what, and how its numbers bound it.
struct RangeMeaning {
  Quantity quantity = Quantity::none;  ///< none: a number of the story, to be left alone.
  Bound bound = Bound::exactly;
};

using RangeTable = PatternTable<RangeMeaning>;

/// Numbers and lengths of episodes, lengths of films, scores.
const RangeTable& length_patterns();
/// Years and decades that are said to be of the release.
const RangeTable& year_patterns();
/// Years that merely stand beside "anime", "movie" …
const RangeTable& bare_year_patterns();

}  // namespace anireco
