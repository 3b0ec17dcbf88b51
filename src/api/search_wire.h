#pragma once

#include <string>
#include <string_view>

#include "api/anime_wire.h"
#include "search/search_result.h"

namespace anireco {

/// A whole object SearchResponse. `text` is the request's, for the spans of what was understood.
std::string write_search_response(const Audience& audience, const SearchResult& result,
                                  std::string_view text);

}  // namespace anireco
