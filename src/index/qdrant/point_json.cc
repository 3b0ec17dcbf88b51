#include "index/qdrant/point_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "index/qdrant/answer_fields.h"
#include "tensor/bfloat16.h"

namespace anireco {
namespace {

namespace json = boost::json;

void append_number(float value, std::string& out) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

std::vector<float> read_row(const json::value& value, std::size_t size, float most) {
  const json::array& numbers = as_array(value);
  if (numbers.size() != size) throw_unexpected("a vector of another dimension");
  std::vector<float> row;
  row.reserve(size);
  for (const json::value& number : numbers) {
    const float v = as_float(number);
    if (!(std::abs(v) <= most)) throw_unexpected("a value that no vector has");
    row.push_back(v);
  }
  return row;
}

}  // namespace

const char* windows_vector(Level level) {
  return level == Level::adult ? kAdultWindowsVector : kWindowsVector;
}

std::vector<float> window_rows(const QdrantPoint& point, float window_weight) {
  const std::size_t dimension = point.document.size();
  const auto windows = point.windows.empty() ? point.document : point.windows;
  std::vector<float> rows(windows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float document = to_float(bfloat16{point.document[i % dimension]});
    rows[i] = document + window_weight * to_float(bfloat16{windows[i]});
  }
  return rows;
}

void append_vector(std::span<const float> vector, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (i != 0) out += ',';
    append_number(vector[i], out);
  }
  out += ']';
}

void append_point(const QdrantPoint& point, float window_weight, const json::object& payload,
                  std::string& out) {
  const std::size_t dimension = point.document.size();
  std::vector<float> document(dimension);
  std::ranges::transform(point.document, document.begin(),
                         [](std::uint16_t bits) { return to_float(bfloat16{bits}); });
  const std::vector<float> rows = window_rows(point, window_weight);
  out += "{\"id\":" + std::to_string(point.doc) + ",\"payload\":" + json::serialize(payload);
  out.append(",\"vector\":{\"").append(kDocumentVector).append("\":");
  append_vector(document, out);
  out.append(",\"").append(windows_vector(point.level)).append("\":[");
  for (std::size_t at = 0; at < rows.size(); at += dimension) {
    if (at != 0) out += ',';
    append_vector(std::span(rows).subspan(at, dimension), out);
  }
  out += "]}}";
}

PointVectors read_vectors(const json::object& point, std::size_t dimension) {
  constexpr float kMost = 2;  // of a vector of about unit length
  const json::object& named = as_object(member(point, "vector"));
  PointVectors out;
  if (const json::value* document = named.if_contains(kDocumentVector)) {
    out.document = read_row(*document, dimension, kMost);
  }
  const json::value* windows = named.if_contains(kWindowsVector);
  const json::value* apart = named.if_contains(kAdultWindowsVector);
  if (windows != nullptr && apart != nullptr) throw_unexpected("a point with two kinds of rows");
  if (windows == nullptr) windows = apart;
  out.adult = apart != nullptr;
  if (windows == nullptr) return out;
  for (const json::value& value : as_array(*windows)) {
    const std::vector<float> row = read_row(value, dimension, kMost * (1 + kMostWindowWeight));
    out.rows.insert(out.rows.end(), row.begin(), row.end());
  }
  if (out.rows.empty()) throw_unexpected("a point without rows");
  return out;
}

}  // namespace anireco
