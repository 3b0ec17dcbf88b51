#include "search/similar.h"

#include <algorithm>
#include <cmath>

namespace anireco {
namespace {

using TermField = Catalog::TermField;
constexpr TermField kTermFields[] = {TermField::genres, TermField::themes, TermField::demographics,
                                     TermField::tags, TermField::studios};

constexpr std::size_t at(SimilarFeature feature) { return static_cast<std::size_t>(feature); }

float years_apart(const TitleFacts& a, const TitleFacts& b) {
  if (a.year == 0 || b.year == 0) return 1;
  return std::min(std::abs(static_cast<float>(a.year) - static_cast<float>(b.year)) / 10, 3.0F);
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

std::vector<float> SimilarityScorer::score(DocId example, std::span<const DocId> docs) const {
  std::vector<float> scores(docs.size(), 0.0F);
  add_text(example, docs, scores);
  for (std::size_t f = 0; f < std::size(kTermFields); ++f) {
    add_terms(kTermFields[f], weights_.weight[at(SimilarFeature::genres) + f], example, docs,
              scores);
  }
  const auto weight = [this](SimilarFeature feature) { return weights_.weight[at(feature)]; };
  const TitleFacts& a = catalog_.facts(example);
  for (std::size_t i = 0; i < docs.size(); ++i) {
    const TitleFacts& b = catalog_.facts(docs[i]);
    float sum = weight(SimilarFeature::popularity) * b.log_popularity;
    sum += weight(SimilarFeature::popularity_difference) *
           std::abs(a.log_popularity - b.log_popularity);
    sum += weight(SimilarFeature::year_difference) * years_apart(a, b);
    sum += weight(SimilarFeature::score) * (b.score > 0 ? b.score - 7 : 0);
    sum += weight(SimilarFeature::score_difference) *
           (a.score > 0 && b.score > 0 ? std::abs(a.score - b.score) : 1);
    if (a.type == b.type) sum += weight(SimilarFeature::same_type);
    if (a.source != 0 && a.source == b.source) sum += weight(SimilarFeature::same_source);
    scores[i] += sum;
  }
  return scores;
}

void SimilarityScorer::add_text(DocId example, std::span<const DocId> docs,
                                std::span<float> scores) const {
  if (vectors_ == nullptr) return;
  const float has_text = weights_.weight[at(SimilarFeature::has_text)];
  for (std::size_t i = 0; i < docs.size(); ++i) {
    if (vectors_->has_vector(docs[i])) scores[i] += has_text;
  }
  if (!vectors_->has_vector(example)) return;
  const std::vector<float> vector = vectors_->document_vector(example);
  const std::vector<DenseHit> hits = vectors_->score({.vector = vector, .window_weight = 0}, docs);
  const float text = weights_.weight[at(SimilarFeature::text)];
  for (std::size_t i = 0; i < docs.size(); ++i) scores[i] += text * hits[i].document_score;
}

void SimilarityScorer::add_terms(TermField field, float weight, DocId example,
                                 std::span<const DocId> docs, std::span<float> scores) const {
  const float example_norm = catalog_.term_norm(field, example);
  if (example_norm == 0) return;
  std::vector<float> parts(catalog_.term_count(field), 0.0F);
  for (std::uint32_t term : catalog_.terms(field, example)) {
    const float idf = catalog_.term_idf(field, term);
    parts[term] = weight * idf * idf / example_norm;
  }
  for (std::size_t i = 0; i < docs.size(); ++i) {
    float product = 0;
    for (std::uint32_t term : catalog_.terms(field, docs[i])) product += parts[term];
    if (product != 0) scores[i] += product / catalog_.term_norm(field, docs[i]);
  }
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
