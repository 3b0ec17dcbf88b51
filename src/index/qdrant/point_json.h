#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// How vectors lie in a point. Two named ones: `document`, [dimension], and `windows`, a
/// multivector whose rows are a window's vector behind the document's, [2 x dimension]; a title
/// without windows has one row, its document's vector twice. So Qdrant's max_sim of the one row
/// (query, window_weight x query) is a title's whole score, document + window_weight x best window,
/// and one search ranks by it.
inline constexpr const char* kDocumentVector = "document";
inline constexpr const char* kWindowsVector = "windows";

/// One title as it is sent: payload from the catalogue, vectors as bfloat16 bits.
struct QdrantPoint {
  DocId doc = 0;
  std::span<const std::uint16_t> document = {};  ///< [dimension]
  std::span<const std::uint16_t> windows = {};   ///< [n, dimension] row-major.
};

/// Appends the point's JSON. Values are written so that reading them gives the very same floats.
void append_point(const QdrantPoint& point, const boost::json::object& payload, std::string& out);

/// Appends "[…]" of the query's row for `windows`: (query, weight x query).
void append_query_row(std::span<const float> query, float weight, std::string& out);
void append_vector(std::span<const float> vector, std::string& out);

/// A point's vectors as they came back.
struct PointVectors {
  std::vector<float> document = {};  ///< [dimension]; empty when it was not asked for.
  std::vector<float> windows = {};   ///< [n, dimension]; empty for none or when not asked for.
};

/// The vectors of a point of an answer; its "vector" member names those that were asked for.
/// Throws Error{corrupt} for another dimension, a value that is not finite or beyond [-2, 2], or
/// rows that do not belong together.
PointVectors read_vectors(const boost::json::object& point, std::size_t dimension);

}  // namespace anireco
