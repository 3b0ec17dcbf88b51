#include "index/qdrant/query_json.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "index/qdrant/filter_json.h"
#include "index/qdrant/point_json.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr std::size_t kLeastEf = 512;
/// Of the hits wanted, how many are compared again by their whole vectors.
constexpr double kOversampling = 1.5;

json::object condition(std::string_view which, std::span<const DocId> docs) {
  json::array ids;
  ids.reserve(docs.size());
  for (const DocId doc : docs) ids.emplace_back(doc);
  return {{which, json::array{json::object{{"has_id", std::move(ids)}}}}};
}

json::object filter_of(const DocSet& allowed) {
  const std::size_t count = allowed.count();
  if (count == allowed.size()) return {};
  std::vector<DocId> docs;
  if (count <= allowed.size() / 2) {
    allowed.for_each([&](DocId doc) { docs.push_back(doc); });
    return ids_filter(docs);
  }
  for (DocId doc = 0; doc < allowed.size(); ++doc) {
    if (!allowed.contains(doc)) docs.push_back(doc);
  }
  return condition("must_not", docs);
}

std::string query_body(const DenseQuery& query, std::string_view name, const json::object& filter,
                       std::size_t limit, std::string_view parameters) {
  const bool rows = name != kDocumentVector;
  std::string out = rows ? "{\"query\":[" : "{\"query\":";
  append_vector(query.vector, out);
  if (rows) out += ']';
  out += fmt::format(
      ",\"using\":\"{}\",\"limit\":{},\"with_payload\":false,\"with_vector\":false,\"params\":{}",
      name, limit, parameters);
  if (!filter.empty()) out += ",\"filter\":" + json::serialize(filter);
  out += '}';
  return out;
}

}  // namespace

json::object ids_filter(std::span<const DocId> docs) { return condition("must", docs); }

json::object search_filter(const DenseQuery& query) {
  if (query.filter != nullptr) {
    DocSet excluded = *query.matching;
    excluded -= *query.allowed;
    std::vector<DocId> docs;
    excluded.for_each([&](DocId doc) { docs.push_back(doc); });
    Filter filter = *query.filter;
    if (query.window_weight > 0 && filter.level == Level::standard) filter.level = Level::adult;
    return filter_json(filter, docs);
  }
  return query.allowed == nullptr ? json::object{} : filter_of(*query.allowed);
}

std::string search_body(const DenseQuery& query, std::string_view name, const json::object& filter,
                        std::size_t limit) {
  // hnsw_ef: only looked at by collections with a graph.
  return query_body(
      query, name, filter, limit,
      fmt::format("{{\"hnsw_ef\":{},\"quantization\":{{\"rescore\":true,\"oversampling\":{}}}}}",
                  std::max(kLeastEf, 2 * limit), kOversampling));
}

std::string score_body(const DenseQuery& query, std::string_view name,
                       std::span<const DocId> docs) {
  return query_body(query, name, ids_filter(docs), docs.size(), "{\"exact\":true}");
}

}  // namespace anireco
