#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gather/source.h"

namespace anireco {

/// What reading one source will cost, before it is asked.
struct PlannedSource {
  std::string name = {};
  std::uint64_t titles = 0;  ///< About.
  std::uint64_t requests = 0;
  double minutes =
      0;  ///< By the rate limit, or by kSecondsAnAnswer a request where that is slower.
  std::vector<std::string> fields = {};
};

/// Seconds that a page takes to come, for plans.
inline constexpr double kSecondsAnAnswer = 0.7;

/// Titles that air or are announced at a time, for plans.
inline constexpr std::uint64_t kAiringTitles = 1500;

/// The cost of a source. `limit`: what is kept, which may be less than the source allows.
PlannedSource plan_source(const Source& source, GatherScope scope, const RateLimit& limit);

}  // namespace anireco
