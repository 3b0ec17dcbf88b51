#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "catalog/level.h"

namespace anireco {

/// How vectors lie in a point. Two named ones: `document`, [dimension], and `windows`
/// (`windows_adult` for a title of level adult), a multivector with a row for each window, document
/// + window_weight x window, [dimension]; a title without windows has one row, with its document in
/// a window's place. A product with a sum is the sum of products, so Qdrant's max_sim of the query
/// alone is a title's whole score at that weight, document + window_weight x best window, and one
/// search of rows no longer than a vector ranks by it. The weight is the collection's
/// (QdrantContent::window_weight). Rows of adult titles have a name of their own so that a search
/// that may not see them, as nearly all may not, neither scans them nor filters them out, which
/// would take a fifth of its time.
inline constexpr const char* kDocumentVector = "document";
inline constexpr const char* kWindowsVector = "windows";
inline constexpr const char* kAdultWindowsVector = "windows_adult";
inline constexpr float kMostWindowWeight = 100;
/// How far stored vectors may be from unit length.
inline constexpr float kNormSlack = 0.02F;

/// The name of the rows of a title of this level.
const char* windows_vector(Level level);

/// One title as it is sent: payload from the catalogue, vectors as bfloat16 bits.
struct QdrantPoint {
  DocId doc = 0;
  std::span<const std::uint16_t> document = {};  ///< [dimension]
  std::span<const std::uint16_t> windows = {};   ///< [n, dimension] row-major.
  Level level = Level::standard;                 ///< Of the title.
};

/// The rows of `windows`, [max(n, 1), dimension].
std::vector<float> window_rows(const QdrantPoint& point, float window_weight);

/// Appends the point's JSON. Values are written so that reading them gives the very same floats.
void append_point(const QdrantPoint& point, float window_weight, const boost::json::object& payload,
                  std::string& out);

void append_vector(std::span<const float> vector, std::string& out);

/// A point's vectors as they came back.
struct PointVectors {
  std::vector<float> document = {};  ///< [dimension]; empty when it was not asked for.
  std::vector<float> rows = {};      ///< window_rows(); empty when they were not asked for.
  bool adult = false;                ///< Whether the rows have the name of an adult title's.
};

/// The vectors of a point of an answer; its "vector" member names those that were asked for.
/// Throws Error{corrupt} for another dimension, a value that cannot be, or a point without rows.
PointVectors read_vectors(const boost::json::object& point, std::size_t dimension);

}  // namespace anireco
