#include "gather/gather_plan.h"

#include <algorithm>

namespace anireco {

PlannedSource plan_source(const Source& source, GatherScope scope, const RateLimit& limit) {
  SourceTerms terms = source.terms();
  PlannedSource planned{.name = std::string(source.name()), .fields = std::move(terms.fields)};
  const std::uint64_t page = std::max(terms.page_size, 1U);
  planned.titles = terms.expected_titles;
  // A source that is one file is read whole, whatever is wanted of it.
  if (scope == GatherScope::airing && page < terms.expected_titles) {
    planned.titles = std::min(planned.titles, kAiringTitles);
  }
  planned.requests = std::max<std::uint64_t>(1, (planned.titles + page - 1) / page);
  const double seconds = std::max(seconds_between(limit), kSecondsAnAnswer);
  planned.minutes = static_cast<double>(planned.requests) * seconds / 60;
  return planned;
}

}  // namespace anireco
