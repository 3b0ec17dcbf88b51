#pragma once

#include <cstddef>
#include <span>

#include "search/retrieve.h"
#include "search/search_result.h"
#include "search/searcher.h"

namespace anireco {

/// What a reason is given from. All borrowed for the call.
struct ReasonInput {
  const Snapshot& snapshot;
  const SearchPlan& plan;
  const Retrieval& retrieval;
  std::size_t candidate = 0;                ///< Place in retrieval.candidates.
  std::span<const TermContribution> words;  ///< FullTextIndex::explain of that document.
};

/// The reason for a candidate: matched sentence and words, shared tags, the example that lies
/// nearest; with request.explain also the score tree. Titles above the request's level are not
/// named, spoilers not quoted.
Why explain_hit(const ReasonInput& input);

}  // namespace anireco
