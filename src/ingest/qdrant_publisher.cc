#include "ingest/qdrant_publisher.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/error.h"
#include "index/qdrant/answer_fields.h"
#include "index/qdrant/filter_json.h"
#include "index/qdrant/point_json.h"
#include "tensor/bfloat16.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr std::size_t kComparedAPage = 250;

QdrantPoint make_point(DocId doc, const TitleVectors::Title& title, const Catalog& catalog) {
  return {doc, title.document, title.windows, catalog.level(doc)};
}

bool same_vectors(const QdrantPoint& sent, float window_weight, const PointVectors& returned) {
  const auto same = [](std::uint16_t bits, float value) {
    return to_float(bfloat16{bits}) == value;
  };
  return std::ranges::equal(sent.document, returned.document, same) &&
         window_rows(sent, window_weight) == returned.rows &&
         returned.adult == (sent.level == Level::adult);
}

/// Equal, numbers but for the last bits that reading decimals may cost.
bool same_json(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) {
    return a.to_number<float>() == b.to_number<float>();
  }
  return a == b;
}

bool same_payload(const json::object& expected, const json::value& value) {
  const json::object& found = as_object(value);
  return found.size() == expected.size() && std::ranges::all_of(expected, [&](const auto& entry) {
           const json::value* other = found.if_contains(entry.key());
           return other != nullptr && same_json(entry.value(), *other);
         });
}

bool same_point(const QdrantPoint& sent, float window_weight, const json::object& payload,
                const json::object& returned) {
  return same_payload(payload, member(returned, "payload")) &&
         same_vectors(sent, window_weight, read_vectors(returned, sent.document.size()));
}

void check(const TitleVectors& vectors, const Generation& generation) {
  if (vectors.count() == 0) {
    throw Error(ErrorKind::invalid_argument,
                "the generation has no vectors to bring to Qdrant; import with the model first");
  }
  if (generation.vectors_complete && !vectors.complete()) {
    throw Error(ErrorKind::unavailable,
                "the record lacks vectors that the generation has; import again");
  }
}

}  // namespace

QdrantContent expected_content(const TitleVectors& vectors, const Catalog& catalog,
                               const Generation& generation) {
  QdrantChecksum checksum;
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    const TitleVectors::Title title = vectors.of(doc);
    if (title.document.empty()) continue;
    checksum.add(make_point(doc, title, catalog), point_payload(catalog, doc));
  }
  return {.generation = generation.number,
          .content_hash = generation.content_hash,
          .model_fingerprint = generation.model_fingerprint,
          .dimension = vectors.dimension(),
          .titles = catalog.size(),
          .points = vectors.count(),
          .checksum = checksum.digest()};
}

QdrantPublishResult publish_to_qdrant(const QdrantClient& client, const TitleVectors& vectors,
                                      const Catalog& catalog, const Generation& generation,
                                      const QdrantPublishOptions& options) {
  check(vectors, generation);
  QdrantPublishResult result;
  const QdrantClient asked = client.stopped_by(options.stop);
  QdrantCollectionWriter writer(asked, options.collection, catalog,
                                expected_content(vectors, catalog, generation), options.clock);
  result.content = writer.content();
  result.found = writer.found();
  fault_point(options.fault, "qdrant.before_points");
  std::size_t reported = 0;
  const auto report = [&] {
    if (writer.sent() == reported) return;
    reported = writer.sent();
    fault_point(options.fault, "qdrant.after_batch");
    if (options.progress) options.progress(result.found + reported, result.content.points);
  };
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    if (writer.has(doc)) continue;
    const TitleVectors::Title title = vectors.of(doc);
    if (title.document.empty()) continue;
    writer.add(make_point(doc, title, catalog));
    report();
  }
  writer.flush();
  report();
  writer.complete(options.fault, [&] {
    if (options.progress) options.progress(result.content.points, result.content.points);
  });
  result.sent = writer.sent();
  return result;
}

QdrantDifferences compare_with_qdrant(const QdrantClient& client, const TitleVectors& vectors,
                                      const Catalog& catalog, const Generation& generation,
                                      const QdrantPublishOptions& options) {
  check(vectors, generation);
  const std::string& prefix = options.collection.prefix;
  QdrantDifferences out;
  out.expected = vectors.count();
  out.alias_wrong = published_generation(client, prefix) != generation.number;
  QdrantContent expected = expected_content(vectors, catalog, generation);
  const auto found = published_content(client, prefix, generation.number);
  out.collection_missing = !found || !found->same_catalogue(expected);
  if (out.collection_missing) return out;
  expected.window_weight = found->window_weight;
  out.description_wrong = *found != expected;
  DocSet met(catalog.size());
  const json::object request{{"with_payload", true}, {"with_vector", true}};
  client.scroll(
      collection_name(prefix, generation.number), request, kComparedAPage,
      [&](const json::object& point) {
        const std::uint64_t id = as_count(member(point, "id"));
        const auto doc = static_cast<DocId>(std::min<std::uint64_t>(id, catalog.size()));
        const TitleVectors::Title title =
            doc < catalog.size() ? vectors.of(doc) : TitleVectors::Title{};
        if (title.document.empty()) {
          out.unknown.push_back(id);
          return;
        }
        met.insert(doc);
        const QdrantPoint sent = make_point(doc, title, catalog);
        if (!same_point(sent, expected.window_weight, point_payload(catalog, doc), point)) {
          out.different.push_back(doc);
        }
      });
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    if (!met.contains(doc) && !vectors.of(doc).document.empty()) out.missing.push_back(doc);
  }
  return out;
}

void repair_qdrant(const QdrantDifferences& differences, const QdrantClient& client,
                   const TitleVectors& vectors, const Catalog& catalog,
                   const Generation& generation, const QdrantPublishOptions& options) {
  if (differences.none()) return;
  const std::string name = collection_name(options.collection.prefix, generation.number);
  check(vectors, generation);
  const QdrantClient asked = client.stopped_by(options.stop);
  QdrantCollectionWriter writer(asked, options.collection, catalog,
                                expected_content(vectors, catalog, generation), options.clock);
  if (!differences.unknown.empty()) asked.delete_points(name, differences.unknown);
  const DocSet different = [&] {
    DocSet set(catalog.size());
    for (const DocId doc : differences.different) set.insert(doc);
    return set;
  }();
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    if (writer.has(doc) && !different.contains(doc)) continue;
    const TitleVectors::Title title = vectors.of(doc);
    if (title.document.empty()) continue;
    writer.add(make_point(doc, title, catalog));
    if (options.progress) options.progress(writer.found() + writer.sent(), vectors.count());
  }
  writer.complete(options.fault, [&] {
    if (options.progress) options.progress(vectors.count(), vectors.count());
  });
}

}  // namespace anireco
