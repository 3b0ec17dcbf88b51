#include "index/qdrant/qdrant_vector_index.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/top_k.h"
#include "index/qdrant/answer_fields.h"
#include "index/qdrant/document_vectors.h"
#include "index/qdrant/point_json.h"
#include "index/qdrant/query_json.h"
#include "index/qdrant/window_memory.h"
#include "index/vector_file.h"
#include "tensor/bfloat16.h"
#include "tensor/dot.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr std::size_t kSampledAPage = 100;
/// A title's windows take some 10 KB of JSON each.
constexpr std::size_t kWindowsAtOnce = 50;
constexpr std::size_t kLeastSample = 30;
/// Of the hits wanted, how many are asked for where the collection's rows weigh windows otherwise.
constexpr std::size_t kMoreForOtherWeights = 3;
constexpr std::size_t kScoresAtOnce = 10'000;
/// Of scores that were added in another order.
constexpr float kSlack = 1e-3F;

/// A title of the sample, with all its vectors.
struct SampledTitle {
  DocId doc = 0;
  std::vector<bfloat16> windows = {};  ///< [n, dimension]
};

/// A window's score is within a vector's length of the query's, whatever a server says.
float most_window(const DenseQuery& query) {
  const std::span<const float> vector = query.vector;
  return std::sqrt(dot_f32(vector.data(), vector.data(), vector.size())) * (1 + kNormSlack);
}

/// windows: [n, dimension].
std::int32_t best_window(const DenseQuery& query, std::span<const bfloat16> windows) {
  const std::size_t dimension = query.vector.size();
  std::int32_t best = DenseHit::kNoWindow;
  float most = std::numeric_limits<float>::lowest();
  for (std::size_t n = 0; n * dimension < windows.size(); ++n) {
    const float score = dot_bf16(query.vector.data(), windows.data() + n * dimension, dimension);
    if (score <= most) continue;
    most = score;
    best = static_cast<std::int32_t>(n);
  }
  return best;
}

}  // namespace

struct QdrantVectorIndex::Impl {
  Impl(std::shared_ptr<const QdrantClient> asked, std::string name, const QdrantContent& found)
      : client(std::move(asked)),
        content(found),
        collection(std::move(name)),
        documents(*client, collection, content) {}

  std::shared_ptr<const QdrantClient> client;
  QdrantContent content;
  std::string collection;
  DocumentVectors documents;
  std::vector<SampledTitle> sample = {};
  mutable WindowMemory shown = {};

  std::size_t dimension() const { return content.dimension; }

  void read_sample(std::size_t size);
  /// The title without its windows.
  DenseHit document_hit(const DenseQuery& query, DocId doc) const;
  /// The title whose best row the server gave this score. most: most_window(query).
  DenseHit make_hit(const DenseQuery& query, DocId doc, float row_score, float most) const;
  /// What the collection's rows rank by.
  float stored_score(const DenseHit& hit) const {
    return hit.document_score + content.window_weight * hit.window_score;
  }
  /// Names of the vectors where a query's hits can lie.
  std::vector<const char*> searched(const DenseQuery& query) const;
  std::vector<DenseHit> ask_best(const DenseQuery& query, std::size_t limit) const;
  /// Adds what is missing among the best `limit` of `hits`, the best by the collection's weight.
  void add_others(const DenseQuery& query, std::size_t limit, std::vector<DenseHit>& hits) const;
  void set_statistics(const DenseQuery& query) const;
  std::vector<DenseHit> search(const DenseQuery& query) const;
  /// Scores of these titles' rows of this name, ascending by title, each once.
  std::vector<QdrantHit> ask_scores(const DenseQuery& query, const char* name,
                                    std::vector<DocId> docs) const;
  std::vector<DenseHit> score(const DenseQuery& query, std::span<const DocId> docs) const;
  void find_windows(const DenseQuery& query, std::span<DenseHit> hits) const;
};

void QdrantVectorIndex::Impl::read_sample(std::size_t size) {
  std::vector<DocId> docs;
  documents.present().for_each([&](DocId doc) { docs.push_back(doc); });
  const std::size_t wanted = std::min(size, docs.size());
  DocSet sampled(content.titles);
  for (std::size_t n = 0; n < wanted; ++n) sampled.insert(docs[n * docs.size() / wanted]);
  std::vector<DocId> ids;
  sampled.for_each([&](DocId doc) { ids.push_back(doc); });
  const json::object request{{"with_payload", false},
                             {"with_vector", json::array{kWindowsVector, kAdultWindowsVector}},
                             {"filter", ids_filter(ids)}};
  client->scroll(collection, request, kSampledAPage, [&](const json::object& point) {
    const std::uint64_t id = as_count(member(point, "id"));
    const auto doc = static_cast<DocId>(std::min<std::uint64_t>(id, content.titles));
    if (!sampled.contains(doc)) throw_unexpected("a point that was not asked for");
    sample.push_back({doc, documents.windows_of(point, doc)});
  });
}

DenseHit QdrantVectorIndex::Impl::document_hit(const DenseQuery& query, DocId doc) const {
  const float score = documents.score(query.vector, doc);
  return {.doc = doc, .score = score, .document_score = score, .window_score = score};
}

DenseHit QdrantVectorIndex::Impl::make_hit(const DenseQuery& query, DocId doc, float row_score,
                                           float most) const {
  DenseHit hit = document_hit(query, doc);
  if (query.window_weight == 0) return hit;
  const float weight = content.window_weight;
  const float part = row_score - hit.document_score;
  if (!(std::abs(part) <= weight * most + kSlack)) throw_unexpected("a score that cannot be");
  hit.window_score = std::clamp(part / weight, -most, most);
  hit.score = query.window_weight == weight
                  ? row_score
                  : hit.document_score + query.window_weight * hit.window_score;
  return hit;
}

void QdrantVectorIndex::Impl::set_statistics(const DenseQuery& query) const {
  std::size_t count = 0;
  double sum = 0;
  double squares = 0;
  const auto take = [&](double score) {
    ++count;
    sum += score;
    squares += score * score;
  };
  const auto may = [&](DocId doc) {
    return query.allowed == nullptr || query.allowed->contains(doc);
  };
  for (const SampledTitle& title : sample) {
    if (!may(title.doc)) continue;
    const float own = documents.score(query.vector, title.doc);
    float best = title.windows.empty() ? own : std::numeric_limits<float>::lowest();
    for (std::size_t at = 0; at < title.windows.size(); at += dimension()) {
      best = std::max(best, dot_bf16(query.vector.data(), title.windows.data() + at, dimension()));
    }
    take(own + query.window_weight * best);
  }
  if (count < kLeastSample) {
    count = 0;
    sum = squares = 0;
    documents.present().for_each([&](DocId doc) {
      if (may(doc)) take(documents.score(query.vector, doc) * (1 + query.window_weight));
    });
  }
  *query.statistics = ScoreStatistics::from_sums(count, sum, squares);
}

std::vector<DenseHit> QdrantVectorIndex::Impl::search(const DenseQuery& query) const {
  check_query(query, dimension());
  if (query.limit == 0) throw Error(ErrorKind::invalid_argument, "limit must be at least 1");
  if (query.statistics != nullptr) set_statistics(query);
  if (query.allowed != nullptr && query.allowed->count() == 0) return {};
  const std::size_t limit = std::min(query.limit, content.points);
  if (limit == 0) return {};
  const bool other_weight =
      query.window_weight != 0 && query.window_weight != content.window_weight;
  const std::size_t asked =
      other_weight ? std::min(kMoreForOtherWeights * limit, content.points) : limit;
  std::vector<DenseHit> hits = ask_best(query, asked);
  if (other_weight && hits.size() == asked) add_others(query, limit, hits);
  std::ranges::sort(hits, ranks_before);
  if (hits.size() > limit) hits.resize(limit);
  return hits;
}

std::vector<const char*> QdrantVectorIndex::Impl::searched(const DenseQuery& query) const {
  if (query.window_weight == 0) return {kDocumentVector};
  const DocSet& may = query.allowed != nullptr ? *query.allowed : documents.present();
  DocSet adult = documents.adult();
  adult &= may;
  const std::size_t apart = adult.count();
  std::vector<const char*> names;
  if (may.count() > apart) names.push_back(kWindowsVector);
  if (apart > 0) names.push_back(kAdultWindowsVector);
  return names;
}

std::vector<DenseHit> QdrantVectorIndex::Impl::ask_best(const DenseQuery& query,
                                                        std::size_t limit) const {
  std::vector<DenseHit> hits;
  hits.reserve(limit);
  std::size_t refused = 0;
  const float most = most_window(query);
  const json::object filter = search_filter(query);
  const std::vector<const char*> names = searched(query);
  for (const char* name : names) {
    const std::string body = search_body(query, name, filter, limit);
    for (const QdrantHit& found : client->query(collection, body, limit)) {
      const auto doc = static_cast<DocId>(std::min<std::uint64_t>(found.id, content.titles));
      const bool may = query.allowed == nullptr || query.allowed->contains(doc);
      if (!documents.contains(doc) || !may) {
        ++refused;
        continue;
      }
      hits.push_back(make_hit(query, doc, found.score, most));
    }
  }
  if (refused > 0) {
    log_warning("qdrant: {} returned {} points that the filter does not let through", collection,
                refused);
  }
  if (hits.size() > limit) {
    const auto score = [this](const DenseHit& hit) { return stored_score(hit); };
    std::ranges::nth_element(hits, hits.begin() + static_cast<std::ptrdiff_t>(limit),
                             std::ranges::greater(), score);
    hits.resize(limit);
  }
  return hits;
}

void QdrantVectorIndex::Impl::add_others(const DenseQuery& query, std::size_t limit,
                                         std::vector<DenseHit>& hits) const {
  std::vector<float> scores;
  float last = std::numeric_limits<float>::max();
  DocSet met(content.titles);
  for (const DenseHit& hit : hits) {
    scores.push_back(hit.score);
    last = std::min(last, stored_score(hit));
    met.insert(hit.doc);
  }
  const float reached = kth_largest(scores, limit);
  const float most = most_window(query);
  std::vector<DocId> others;
  documents.present().for_each([&](DocId doc) {
    if (met.contains(doc) || (query.allowed != nullptr && !query.allowed->contains(doc))) return;
    const float own = documents.score(query.vector, doc);
    // The rows of what was not among the best are no better than the last of them.
    const float window = std::min((last - own) / content.window_weight, most);
    if (own + query.window_weight * window + kSlack >= reached) others.push_back(doc);
  });
  const std::vector<DenseHit> scored = score(query, others);
  hits.insert(hits.end(), scored.begin(), scored.end());
}

std::vector<QdrantHit> QdrantVectorIndex::Impl::ask_scores(const DenseQuery& query,
                                                           const char* name,
                                                           std::vector<DocId> docs) const {
  std::ranges::sort(docs);
  docs.erase(std::unique(docs.begin(), docs.end()), docs.end());
  std::vector<QdrantHit> found;
  for (std::size_t begin = 0; begin < docs.size(); begin += kScoresAtOnce) {
    const auto some = std::span(docs).subspan(begin, std::min(kScoresAtOnce, docs.size() - begin));
    const auto part = client->query(collection, score_body(query, name, some), some.size());
    found.insert(found.end(), part.begin(), part.end());
  }
  if (found.size() != docs.size()) throw_unexpected("a title's point is gone");
  std::ranges::sort(found, {}, &QdrantHit::id);
  for (std::size_t n = 0; n < docs.size(); ++n) {
    if (found[n].id != docs[n]) throw_unexpected("a point that was not asked for");
  }
  return found;
}

std::vector<DenseHit> QdrantVectorIndex::Impl::score(const DenseQuery& query,
                                                     std::span<const DocId> docs) const {
  check_query(query, dimension());
  std::vector<DenseHit> hits(docs.size());
  // By where their rows lie.
  std::vector<DocId> wanted[2];
  for (std::size_t i = 0; i < docs.size(); ++i) {
    hits[i].doc = docs[i];
    if (!documents.contains(docs[i])) continue;
    if (query.window_weight == 0) {
      hits[i] = document_hit(query, docs[i]);
    } else {
      wanted[documents.adult().contains(docs[i]) ? 1 : 0].push_back(docs[i]);
    }
  }
  std::vector<QdrantHit> found = ask_scores(query, kWindowsVector, std::move(wanted[0]));
  const std::vector<QdrantHit> apart = ask_scores(query, kAdultWindowsVector, std::move(wanted[1]));
  found.insert(found.end(), apart.begin(), apart.end());
  std::ranges::sort(found, {}, &QdrantHit::id);
  const float most = most_window(query);
  for (DenseHit& hit : hits) {
    const auto at = std::ranges::lower_bound(found, std::uint64_t{hit.doc}, {}, &QdrantHit::id);
    if (at == found.end() || at->id != hit.doc) continue;
    hit = make_hit(query, hit.doc, at->score, most);
  }
  return hits;
}

void QdrantVectorIndex::Impl::find_windows(const DenseQuery& query,
                                           std::span<DenseHit> hits) const {
  check_query(query, dimension());
  std::vector<std::uint64_t> ids;
  for (DenseHit& hit : hits) {
    if (query.window_weight == 0 || !documents.contains(hit.doc)) continue;
    if (const auto windows = shown.find(hit.doc)) {
      hit.window = best_window(query, *windows);
    } else {
      ids.push_back(hit.doc);
    }
  }
  for (std::size_t begin = 0; begin < ids.size(); begin += kWindowsAtOnce) {
    const auto some = std::span(ids).subspan(begin, std::min(kWindowsAtOnce, ids.size() - begin));
    for (const json::value& value :
         client->retrieve(collection, some, json::array{kWindowsVector, kAdultWindowsVector})) {
      const json::object& point = as_object(value);
      const std::uint64_t id = as_count(member(point, "id"));
      const auto hit = std::ranges::find(hits, id, &DenseHit::doc);
      if (hit == hits.end() || !documents.contains(hit->doc)) {
        throw_unexpected("a point that was not asked for");
      }
      const auto windows =
          std::make_shared<const std::vector<bfloat16>>(documents.windows_of(point, hit->doc));
      hit->window = best_window(query, *windows);
      shown.insert(hit->doc, windows);
    }
  }
}

QdrantVectorIndex::QdrantVectorIndex(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
QdrantVectorIndex::~QdrantVectorIndex() = default;

std::unique_ptr<const QdrantVectorIndex> QdrantVectorIndex::open(
    std::shared_ptr<const QdrantClient> client, const QdrantContent& expected,
    const QdrantIndexOptions& options) {
  const auto content = published_content(*client, options.prefix, expected.generation);
  const std::string name = collection_name(options.prefix, expected.generation);
  if (!content) {
    throw Error(
        ErrorKind::not_found,
        fmt::format("Qdrant has no complete collection of generation {}", expected.generation),
        name);
  }
  QdrantContent wanted = expected;
  if (wanted.checksum.empty()) wanted.checksum = content->checksum;
  if (wanted.points == 0) wanted.points = content->points;
  if (wanted.dimension == 0) wanted.dimension = content->dimension;
  wanted.window_weight = content->window_weight;
  const bool sane = content->dimension > 0 && content->dimension <= VectorFileInfo::kMaxDimension &&
                    content->points <= content->titles;
  if (*content != wanted || !sane) {
    throw Error(ErrorKind::corrupt,
                "the Qdrant collection was made for another catalogue or model; publish it again",
                name);
  }
  auto impl = std::make_unique<Impl>(std::move(client), name, *content);
  impl->read_sample(options.statistics_sample);
  return std::unique_ptr<const QdrantVectorIndex>(new QdrantVectorIndex(std::move(impl)));
}

std::size_t QdrantVectorIndex::dimension() const { return impl_->dimension(); }
const std::string& QdrantVectorIndex::model_fingerprint() const {
  return impl_->content.model_fingerprint;
}
const QdrantContent& QdrantVectorIndex::content() const { return impl_->content; }

std::vector<DenseHit> QdrantVectorIndex::search(const DenseQuery& query) const {
  return impl_->search(query);
}
std::vector<DenseHit> QdrantVectorIndex::score(const DenseQuery& query,
                                               std::span<const DocId> docs) const {
  return impl_->score(query, docs);
}
void QdrantVectorIndex::find_windows(const DenseQuery& query, std::span<DenseHit> hits) const {
  impl_->find_windows(query, hits);
}
bool QdrantVectorIndex::has_vector(DocId doc) const { return impl_->documents.contains(doc); }
std::vector<float> QdrantVectorIndex::document_vector(DocId doc) const {
  if (!has_vector(doc)) return {};
  std::vector<float> out(impl_->dimension());
  std::ranges::transform(impl_->documents.of(doc), out.begin(),
                         [](bfloat16 value) { return to_float(value); });
  return out;
}

}  // namespace anireco
