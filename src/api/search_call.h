#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/field_rules.h"
#include "api/json_reader.h"
#include "api/query_reader.h"
#include "search/search_request.h"
#include "search/snapshot.h"

namespace anireco {

/// A search as the wire asks for it, before its titles are looked up in a snapshot.
struct SearchCall {
  SearchRequest request;           ///< Without documents.
  std::vector<std::string> liked;  ///< Ids or names.
  std::vector<std::string> disliked;
  std::vector<std::pair<std::string, float>> rated;  ///< Id and rating.
  std::vector<std::string> seen;                     ///< Ids.
  std::string profile;                               ///< Name; empty: none.
  bool drop_planned = false;
  std::optional<Language> language;
  bool from_query = false;  ///< Names of fields in errors: "like" or "liked[0]".
};

/// Which fields a route takes beside the filters and the ranking.
struct SearchCallFields {
  bool text = true;   ///< q, understand, off.
  bool liked = true;  ///< like.
};

/// Each reads every field it knows and adds what is wrong to the reader's errors; the caller
/// finishes the reader. `max_level` caps the level that is asked for.
SearchCall read_search_call(QueryReader& reader, Level max_level,
                            const SearchCallFields& fields = {});
Filter read_filter(QueryReader& reader, Level max_level);
/// No condition but the level.
Filter any_of_level(Level level);
/// text_field: "q" or "text".
SearchCall read_search_call(ObjectReader& reader, Level max_level, std::string_view text_field);

/// Looks the titles up. Examples that no visible title answers are errors (Problem 422); unknown
/// or hidden ones in lists of seen and rated titles are passed over, for such lists come from
/// elsewhere.
SearchRequest resolve(SearchCall call, const Snapshot& snapshot);

}  // namespace anireco
