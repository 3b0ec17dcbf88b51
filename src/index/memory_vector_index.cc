#include "index/memory_vector_index.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "tensor/dot.h"

namespace anireco {
MemoryVectorIndex::MemoryVectorIndex(std::size_t dimension, std::string model_fingerprint)
    : dimension_(dimension), model_fingerprint_(std::move(model_fingerprint)) {}

void MemoryVectorIndex::add(std::span<const float> document, std::span<const float> windows) {
  if ((!document.empty() && document.size() != dimension_) || windows.size() % dimension_ != 0 ||
      (document.empty() && !windows.empty())) {
    throw Error(ErrorKind::invalid_argument, "a vector has another dimension");
  }
  documents_.push_back({{document.begin(), document.end()}, {windows.begin(), windows.end()}});
}

DenseHit MemoryVectorIndex::score_one(const DenseQuery& query, DocId doc) const {
  DenseHit hit;
  hit.doc = doc;
  if (!has_vector(doc)) return hit;
  const Document& document = documents_[doc];
  hit.document_score = dot_f32(query.vector.data(), document.vector.data(), dimension_);
  hit.window_score = hit.document_score;
  const std::size_t windows = query.window_weight > 0 ? document.windows.size() : 0;
  for (std::size_t at = 0; at < windows; at += dimension_) {
    const float score = dot_f32(query.vector.data(), document.windows.data() + at, dimension_);
    if (at == 0 || score > hit.window_score) {
      hit.window_score = score;
      hit.window = static_cast<std::int32_t>(at / dimension_);
    }
  }
  hit.score = hit.document_score + query.window_weight * hit.window_score;
  return hit;
}

std::vector<DenseHit> MemoryVectorIndex::search(const DenseQuery& query) const {
  check_query(query, dimension_);
  if (query.limit == 0) throw Error(ErrorKind::invalid_argument, "limit must be at least 1");
  std::vector<DenseHit> hits;
  double sum = 0;
  double squares = 0;
  for (DocId doc = 0; doc < documents_.size(); ++doc) {
    if (!has_vector(doc) || (query.allowed != nullptr && !query.allowed->contains(doc))) continue;
    hits.push_back(score_one(query, doc));
    const auto score = static_cast<double>(hits.back().score);
    sum += score;
    squares += score * score;
  }
  if (query.statistics != nullptr) {
    *query.statistics = ScoreStatistics::from_sums(hits.size(), sum, squares);
  }
  std::ranges::sort(hits, ranks_before);
  if (hits.size() > query.limit) hits.resize(query.limit);
  return hits;
}

std::vector<DenseHit> MemoryVectorIndex::score(const DenseQuery& query,
                                               std::span<const DocId> docs) const {
  check_query(query, dimension_);
  std::vector<DenseHit> hits;
  for (const DocId doc : docs) hits.push_back(score_one(query, doc));
  return hits;
}

bool MemoryVectorIndex::has_vector(DocId doc) const {
  return doc < documents_.size() && !documents_[doc].vector.empty();
}

std::vector<float> MemoryVectorIndex::document_vector(DocId doc) const {
  return has_vector(doc) ? documents_[doc].vector : std::vector<float>();
}

}  // namespace anireco
