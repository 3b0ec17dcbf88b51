#include "search/similar.h"

#include <algorithm>
#include <cmath>

namespace anireco {
namespace {

using TermField = Catalog::TermField;
constexpr TermField kTermFields[] = {TermField::genres, TermField::themes, TermField::demographics,
                                     TermField::tags, TermField::studios};

constexpr std::size_t at(SimilarFeature feature) { return static_cast<std::size_t>(feature); }

float log_popularity(const Catalog& catalog, DocId doc) {
  return -std::log10(std::max(1 - catalog.popularity(doc), 1e-4F));
}

float idf(const Catalog& catalog, TermField field, std::uint32_t term) {
  const float n = static_cast<float>(catalog.size());
  const float df = static_cast<float>(catalog.document_frequency(field, term));
  return std::log(1 + n / (df + 1));
}

float norm(const Catalog& catalog, TermField field, DocId doc) {
  float squares = 0;
  for (std::uint32_t term : catalog.terms(field, doc)) {
    const float w = idf(catalog, field, term);
    squares += w * w;
  }
  return std::sqrt(squares);
}

}  // namespace

const SimilarWeights& default_similar_weights() {
  static constexpr SimilarWeights kWeights = {{5.482F, 2.284F, 2.433F, 0.129F, 2.659F, 1.491F,
                                               1.311F, -0.234F, -0.671F, 0.372F, -0.431F, 1.178F,
                                               0.715F, 2.154F}};
  return kWeights;
}

SimilarityScorer::SimilarityScorer(const Catalog& catalog, const VectorIndex* vectors,
                                   const SimilarWeights& weights)
    : catalog_(catalog), vectors_(vectors), weights_(weights) {}

std::vector<SimilarFeatures> SimilarityScorer::all_features(DocId example,
                                                            std::span<const DocId> docs) const {
  std::vector<SimilarFeatures> rows(docs.size(), SimilarFeatures{});
  if (vectors_ != nullptr && vectors_->has_vector(example)) {
    const std::vector<float> vector = vectors_->document_vector(example);
    const std::vector<DenseHit> hits =
        vectors_->score({.vector = vector, .window_weight = 0}, docs);
    for (std::size_t i = 0; i < docs.size(); ++i) {
      rows[i][at(SimilarFeature::text)] = hits[i].document_score;
    }
  }
  for (std::size_t f = 0; f < std::size(kTermFields); ++f) {
    const TermField field = kTermFields[f];
    const float example_norm = norm(catalog_, field, example);
    if (example_norm == 0) continue;
    std::vector<float> weight(catalog_.term_count(field), 0.0F);
    for (std::uint32_t term : catalog_.terms(field, example)) {
      const float w = idf(catalog_, field, term);
      weight[term] = w * w / example_norm;
    }
    for (std::size_t i = 0; i < docs.size(); ++i) {
      float product = 0;
      for (std::uint32_t term : catalog_.terms(field, docs[i])) product += weight[term];
      if (product > 0) {
        rows[i][at(SimilarFeature::genres) + f] = product / norm(catalog_, field, docs[i]);
      }
    }
  }
  const Anime& a = catalog_[example];
  const float a_popularity = log_popularity(catalog_, example);
  for (std::size_t i = 0; i < docs.size(); ++i) {
    const Anime& b = catalog_[docs[i]];
    SimilarFeatures& row = rows[i];
    const float b_popularity = log_popularity(catalog_, docs[i]);
    row[at(SimilarFeature::popularity)] = b_popularity;
    row[at(SimilarFeature::popularity_difference)] = std::abs(a_popularity - b_popularity);
    const bool years = a.year != 0 && b.year != 0;
    row[at(SimilarFeature::year_difference)] =
        years
            ? std::min(std::abs(static_cast<float>(a.year) - static_cast<float>(b.year)) / 10, 3.0F)
            : 1.0F;
    row[at(SimilarFeature::score)] = b.score > 0 ? b.score - 7 : 0;
    row[at(SimilarFeature::score_difference)] =
        a.score > 0 && b.score > 0 ? std::abs(a.score - b.score) : 1;
    row[at(SimilarFeature::same_type)] = a.type == b.type ? 1 : 0;
    row[at(SimilarFeature::same_source)] =
        !a.source_material.empty() && a.source_material == b.source_material ? 1 : 0;
    row[at(SimilarFeature::has_text)] =
        vectors_ != nullptr && vectors_->has_vector(docs[i]) ? 1 : 0;
  }
  return rows;
}

std::vector<float> SimilarityScorer::score(DocId example, std::span<const DocId> docs) const {
  const std::vector<SimilarFeatures> rows = all_features(example, docs);
  std::vector<float> scores(docs.size());
  for (std::size_t i = 0; i < docs.size(); ++i) {
    float sum = 0;
    for (std::size_t f = 0; f < kSimilarFeatureCount; ++f) sum += rows[i][f] * weights_.weight[f];
    scores[i] = sum;
  }
  return scores;
}

SimilarFeatures SimilarityScorer::features(DocId example, DocId doc) const {
  return all_features(example, std::span(&doc, 1)).front();
}

std::vector<std::string> SimilarityScorer::shared_terms(DocId example, DocId doc,
                                                        std::size_t limit) const {
  struct Shared {
    int group;
    std::uint32_t frequency;
    std::string name;
  };
  std::vector<Shared> shared;
  const auto collect = [&](TermField field, int group) {
    const auto a = catalog_.terms(field, example);
    const auto b = catalog_.terms(field, doc);
    std::vector<std::uint32_t> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    for (std::uint32_t term : both) {
      shared.push_back({group, catalog_.document_frequency(field, term),
                        std::string(catalog_.term_name(field, term))});
    }
  };
  collect(TermField::themes, 0);
  collect(TermField::tags, 0);
  collect(TermField::genres, 1);
  std::erase_if(shared, [&](const Shared& s) {
    const auto spoils = [&](const Tag& tag) { return tag.spoiler && tag.name == s.name; };
    return std::ranges::any_of(catalog_[example].tags, spoils) ||
           std::ranges::any_of(catalog_[doc].tags, spoils);
  });
  std::ranges::sort(shared, [](const Shared& a, const Shared& b) {
    if (a.group != b.group) return a.group < b.group;
    if (a.frequency != b.frequency) return a.frequency < b.frequency;
    return a.name < b.name;
  });
  std::vector<std::string> names;
  for (Shared& s : shared) {
    if (names.size() == limit) break;
    if (std::ranges::find(names, s.name) == names.end()) names.push_back(std::move(s.name));
  }
  return names;
}

}  // namespace anireco
