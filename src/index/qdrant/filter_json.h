#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/filter.h"

namespace anireco {

/// The payload's field of a title's level.
inline constexpr const char* kLevelField = "level";

/// What a title's point says of it, everything that filters ask for: names folded (fold_name),
/// numbers, the level by name. Unknown values are left out.
boost::json::object point_payload(const Catalog& catalog, DocId doc);

/// Fields of the payload that are indexed and the type of each ("keyword" or "float").
std::vector<std::pair<std::string, std::string>> payload_indexes();

/// The filter in Qdrant's words: passes exactly the points whose titles pass
/// Catalog::matching(filter) and are not among `excluded`. Throws Error{invalid_argument} for a
/// range whose lower bound is above the upper, as matching() does.
boost::json::object filter_json(const Filter& filter, std::span<const DocId> excluded);

}  // namespace anireco
