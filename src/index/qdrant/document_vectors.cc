#include "index/qdrant/document_vectors.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/error.h"
#include "catalog/level.h"
#include "index/qdrant/answer_fields.h"
#include "index/qdrant/filter_json.h"
#include "index/qdrant/point_json.h"
#include "tensor/dot.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr std::size_t kVectorsAPage = 1'000;

}  // namespace

DocumentVectors::DocumentVectors(const QdrantClient& client, const std::string& collection,
                                 const QdrantContent& content)
    : dimension_(content.dimension),
      window_weight_(content.window_weight),
      vectors_(content.titles * content.dimension),
      present_(content.titles),
      adult_(content.titles) {
  const json::object request{{"with_payload", json::array{kLevelField}},
                             {"with_vector", json::array{kDocumentVector}}};
  client.scroll(collection, request, kVectorsAPage,
                [this](const json::object& point) { add(point); });
  if (present_.count() != content.points) {
    throw Error(ErrorKind::corrupt, "the Qdrant server does not have all points of its collection",
                fmt::format("{}: {} of {}", collection, present_.count(), content.points));
  }
}

void DocumentVectors::add(const json::object& point) {
  const std::uint64_t id = as_count(member(point, "id"));
  if (id >= present_.size()) throw_unexpected("a point of no title");
  const std::vector<float> vector = read_vectors(point, dimension_).document;
  if (vector.size() != dimension_) throw_unexpected("a point without its document's vector");
  const float norm = std::sqrt(dot_f32(vector.data(), vector.data(), dimension_));
  if (std::abs(norm - 1) > kNormSlack) throw_unexpected("a vector that is not of unit length");
  const auto level =
      parse_level(as_string(member(as_object(member(point, "payload")), kLevelField)));
  if (!level) throw_unexpected("a point of no level");
  const auto doc = static_cast<DocId>(id);
  convert_to_bf16(vector.data(), dimension_, vectors_.data() + id * dimension_);
  present_.insert(doc);
  if (*level == Level::adult) adult_.insert(doc);
}

float DocumentVectors::score(std::span<const float> query, DocId doc) const {
  return dot_bf16(query.data(), of(doc).data(), dimension_);
}

std::vector<bfloat16> DocumentVectors::windows_of(const json::object& point, DocId doc) const {
  std::vector<float> rows = read_vectors(point, dimension_).rows;
  const std::span<const bfloat16> own = of(doc);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = (rows[i] - to_float(own[i % dimension_])) / window_weight_;
  }
  std::vector<bfloat16> windows(rows.size());
  convert_to_bf16(rows.data(), rows.size(), windows.data());
  const auto same = [](bfloat16 a, bfloat16 b) { return a.bits == b.bits; };
  if (std::ranges::equal(windows, own, same)) windows.clear();
  return windows;
}

}  // namespace anireco
