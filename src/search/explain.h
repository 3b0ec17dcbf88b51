#pragma once

#include <cstddef>

#include "search/retrieve.h"
#include "search/search_result.h"
#include "search/searcher.h"

namespace anireco {

/// The reason for the candidate number `index` of a retrieval: matched sentence and words, shared
/// tags, the example that lies nearest; with request.explain also the score tree. Titles above the
/// request's level are not named.
Why explain_hit(const Snapshot& snapshot, const SearchPlan& plan, const Retrieval& retrieval,
                std::size_t index);

}  // namespace anireco
