#include "index/qdrant/point_json.h"

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

void append_values(std::span<const std::uint16_t> bits, std::string& out) {
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (i != 0) out += ',';
    append_number(to_float(bfloat16{bits[i]}), out);
  }
}

std::vector<float> read_row(const json::value& value, std::size_t size) {
  const json::array& numbers = as_array(value);
  if (numbers.size() != size) throw_unexpected("a vector of another dimension");
  std::vector<float> row;
  row.reserve(size);
  for (const json::value& number : numbers) {
    const float v = as_float(number);
    if (!(std::abs(v) <= 2)) throw_unexpected("a vector's value beyond 2");
    row.push_back(v);
  }
  return row;
}

}  // namespace

void append_point(const QdrantPoint& point, const json::object& payload, std::string& out) {
  const std::size_t dimension = point.document.size();
  std::string document;
  append_values(point.document, document);
  out += "{\"id\":" + std::to_string(point.doc) + ",\"payload\":" + json::serialize(payload);
  out.append(",\"vector\":{\"").append(kDocumentVector).append("\":[").append(document);
  out.append("],\"").append(kWindowsVector).append("\":[");
  if (point.windows.empty()) out += '[' + document + ',' + document + ']';
  for (std::size_t at = 0; at < point.windows.size(); at += dimension) {
    if (at != 0) out += ',';
    out += '[' + document + ',';
    append_values(point.windows.subspan(at, dimension), out);
    out += ']';
  }
  out += "]}}";
}

void append_vector(std::span<const float> vector, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (i != 0) out += ',';
    append_number(vector[i], out);
  }
  out += ']';
}

void append_query_row(std::span<const float> query, float weight, std::string& out) {
  std::vector<float> row(query.begin(), query.end());
  row.reserve(2 * query.size());
  for (const float value : query) row.push_back(weight * value);
  append_vector(row, out);
}

PointVectors read_vectors(const json::object& point, std::size_t dimension) {
  const json::object& named = as_object(member(point, "vector"));
  PointVectors out;
  if (const json::value* document = named.if_contains(kDocumentVector)) {
    out.document = read_row(*document, dimension);
  }
  const json::value* windows = named.if_contains(kWindowsVector);
  if (windows == nullptr) return out;
  std::vector<float> first;
  bool doubled = false;
  for (const json::value& value : as_array(*windows)) {
    const std::vector<float> row = read_row(value, 2 * dimension);
    const auto middle = row.begin() + static_cast<std::ptrdiff_t>(dimension);
    if (first.empty()) {
      first.assign(row.begin(), middle);
      doubled = std::equal(middle, row.end(), row.begin());
    } else if (!std::equal(row.begin(), middle, first.begin())) {
      throw_unexpected("windows of different documents in one point");
    }
    out.windows.insert(out.windows.end(), middle, row.end());
  }
  if (first.empty()) throw_unexpected("a point without rows");
  if (doubled && out.windows.size() == dimension) out.windows.clear();
  return out;
}

}  // namespace anireco
