#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "index/vector_index.h"

namespace anireco {

/// A filter that only these documents pass.
boost::json::object ids_filter(std::span<const DocId> docs);

/// What passes a query: by its filter where it has one, else by the documents that are allowed, or
/// those that are not, whichever are fewer. Where rows are searched it says nothing of adult
/// titles, whose rows lie apart (point_json.h). Empty: everything passes.
boost::json::object search_filter(const DenseQuery& query);

/// Body of POST /points/query for the `limit` best that pass `filter`, by their vectors of this
/// name: compared in 8 bits, the best half as many again as wanted in floats.
std::string search_body(const DenseQuery& query, std::string_view name,
                        const boost::json::object& filter, std::size_t limit);

/// The same for the scores of these documents, all by their whole vectors.
std::string score_body(const DenseQuery& query, std::string_view name, std::span<const DocId> docs);

}  // namespace anireco
