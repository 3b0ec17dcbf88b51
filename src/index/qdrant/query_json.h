#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <span>
#include <string>

#include "index/vector_index.h"

namespace anireco {

/// A filter that only these documents pass.
boost::json::object ids_filter(std::span<const DocId> docs);

/// What passes a query: by its filter where it has one, else by the documents that are allowed, or
/// those that are not, whichever are fewer. Empty: everything passes.
boost::json::object search_filter(const DenseQuery& query);

/// Body of POST /points/query for the `limit` best that pass `filter`, by the query's vector and
/// windows: compared in 8 bits, the best half as many again as wanted in floats.
std::string search_body(const DenseQuery& query, const boost::json::object& filter,
                        std::size_t limit);

/// The same for the scores of these documents, all by their whole vectors.
std::string score_body(const DenseQuery& query, std::span<const DocId> docs);

}  // namespace anireco
