#include "search/similar.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "search/reach.h"

namespace anireco {
namespace {

using TermField = Catalog::TermField;

/// A field whose shared terms are counted, and the features that come of them.
struct FieldFeatures {
  TermField field;
  SimilarFeature cosine;
  std::optional<SimilarFeature> shared = {};
};
constexpr FieldFeatures kTermFields[] = {
    {TermField::genres, SimilarFeature::genres, SimilarFeature::shared_genres},
    {TermField::themes, SimilarFeature::themes, SimilarFeature::shared_themes},
    {TermField::demographics, SimilarFeature::demographics},
    {TermField::tags, SimilarFeature::tags, SimilarFeature::shared_tags},
    {TermField::studios, SimilarFeature::studios}};

constexpr std::size_t at(SimilarFeature feature) { return static_cast<std::size_t>(feature); }

float decades(std::uint16_t year) {
  return year == 0 ? 0.0F : std::clamp((static_cast<float>(year) - 2000) / 10, -4.0F, 3.0F);
}

float years_apart(const TitleFacts& a, const TitleFacts& b) {
  if (a.year == 0 || b.year == 0) return 1;
  return std::min(std::abs(static_cast<float>(a.year) - static_cast<float>(b.year)) / 10, 3.0F);
}

float ages_apart(const TitleFacts& a, const TitleFacts& b) {
  if (a.age_rating == AgeRating::unknown || b.age_rating == AgeRating::unknown) return 1;
  return std::abs(static_cast<float>(a.age_rating) - static_cast<float>(b.age_rating));
}

/// take(feature, value) for each feature of facts alone: `a` is the example, `b` the candidate.
template <typename Take>
void for_each_fact(const TitleFacts& a, const TitleFacts& b, Take take) {
  take(SimilarFeature::popularity, b.log_popularity);
  take(SimilarFeature::popularity_difference, std::abs(a.log_popularity - b.log_popularity));
  take(SimilarFeature::year, decades(b.year));
  take(SimilarFeature::year_difference, years_apart(a, b));
  take(SimilarFeature::score, b.score > 0 ? b.score - 7 : 0.0F);
  take(SimilarFeature::score_difference,
       a.score > 0 && b.score > 0 ? std::abs(a.score - b.score) : 1.0F);
  take(SimilarFeature::episodes, b.log_episodes);
  take(SimilarFeature::episodes_difference, std::abs(a.log_episodes - b.log_episodes));
  take(SimilarFeature::duration_difference, std::abs(a.log_duration - b.log_duration));
  take(SimilarFeature::age_difference, ages_apart(a, b));
  take(SimilarFeature::same_type, a.type == b.type ? 1.0F : 0.0F);
  take(SimilarFeature::same_source, a.source != 0 && a.source == b.source ? 1.0F : 0.0F);
  take(SimilarFeature::is_tv, b.type == AnimeType::tv ? 1.0F : 0.0F);
}

float weigh(const SimilarFeatures& weights, const SimilarFeatures& features) {
  return std::transform_reduce(weights.begin(), weights.end(), features.begin(), 0.0F);
}

/// The example's terms of one field: idf by term number, 0 for terms that it has not.
struct ExampleTerms {
  std::vector<float> idf;
  float norm = 0;
};

ExampleTerms terms_of(const Catalog& catalog, TermField field, DocId example) {
  ExampleTerms terms{.idf = std::vector<float>(catalog.term_count(field), 0.0F),
                     .norm = catalog.term_norm(field, example)};
  for (std::uint32_t term : catalog.terms(field, example)) {
    terms.idf[term] = catalog.term_idf(field, term);
  }
  return terms;
}

}  // namespace

SimilarityScorer::SimilarityScorer(const Snapshot& snapshot)
    : SimilarityScorer(*snapshot.catalog, snapshot.vectors.get(), snapshot.affinity.get(),
                       snapshot.similarity ? *snapshot.similarity : default_similarity_model()) {}

SimilarityScorer::SimilarityScorer(const Catalog& catalog, const VectorIndex* vectors,
                                   const AffinitySpace* affinity, const SimilarityModel& model)
    : catalog_(catalog), vectors_(vectors), affinity_(affinity), model_(model) {}

template <typename Take>
void SimilarityScorer::for_each(DocId example, std::span<const DocId> docs, Take take) const {
  std::vector<DenseHit> text;
  if (vectors_ != nullptr && vectors_->has_vector(example)) {
    const bool answered = is_reached([&] {
      const std::vector<float> vector = vectors_->document_vector(example);
      text = vectors_->score({.vector = vector, .window_weight = 0}, docs);
    });
    if (!answered) lacks_text_ = true;
  }
  std::array<ExampleTerms, std::size(kTermFields)> terms;
  for (std::size_t n = 0; n < terms.size(); ++n) {
    terms[n] = terms_of(catalog_, kTermFields[n].field, example);
  }
  std::vector<float> affinity;
  if (affinity_ != nullptr) affinity = affinity_->cosines(example, docs);
  const TitleFacts& facts = catalog_.facts(example);
  for (std::size_t i = 0; i < docs.size(); ++i) {
    SimilarFeatures f = {};
    if (affinity_ != nullptr) f[at(SimilarFeature::affinity)] = affinity[i];
    if (!text.empty()) f[at(SimilarFeature::text)] = text[i].document_score;
    for (std::size_t n = 0; n < terms.size(); ++n) {
      if (terms[n].norm == 0) continue;
      float sum = 0;
      float squares = 0;
      for (std::uint32_t term : catalog_.terms(kTermFields[n].field, docs[i])) {
        const float idf = terms[n].idf[term];
        sum += idf;
        squares += idf * idf;
      }
      if (sum == 0) continue;
      f[at(kTermFields[n].cosine)] =
          squares / (terms[n].norm * catalog_.term_norm(kTermFields[n].field, docs[i]));
      if (kTermFields[n].shared) f[at(*kTermFields[n].shared)] = std::log1p(sum);
    }
    for_each_fact(facts, catalog_.facts(docs[i]),
                  [&](SimilarFeature feature, float value) { f[at(feature)] = value; });
    f[at(SimilarFeature::tag_count)] =
        std::log1p(static_cast<float>(catalog_.terms(TermField::tags, docs[i]).size()));
    take(i, f);
  }
}

std::vector<float> SimilarityScorer::score(DocId example, std::span<const DocId> docs) const {
  std::vector<float> scores(docs.size());
  for_each(example, docs,
           [&](std::size_t i, const SimilarFeatures& f) { scores[i] = weigh(model_.weight, f); });
  return scores;
}

std::vector<float> SimilarityScorer::score_roughly(DocId example,
                                                   std::span<const DocId> docs) const {
  if (affinity_ == nullptr || !affinity_->complete()) return score(example, docs);
  const std::vector<float> affinity = affinity_->cosines(example, docs);
  const TitleFacts& facts = catalog_.facts(example);
  std::vector<float> scores(docs.size());
  const SimilarFeatures weight = model_.weight;
  for (std::size_t i = 0; i < docs.size(); ++i) {
    float score = weight[at(SimilarFeature::affinity)] * affinity[i];
    for_each_fact(facts, catalog_.facts(docs[i]), [&](SimilarFeature feature, float value) {
      score += weight[at(feature)] * value;
    });
    scores[i] = score;
  }
  return scores;
}

std::vector<float> SimilarityScorer::score_in_common(DocId example,
                                                     std::span<const DocId> docs) const {
  auto weight = model_.weight;
  for (const SimilarFeature fame :
       {SimilarFeature::popularity, SimilarFeature::popularity_difference, SimilarFeature::score,
        SimilarFeature::score_difference}) {
    weight[at(fame)] = 0;
  }
  std::vector<float> scores(docs.size());
  for_each(example, docs,
           [&](std::size_t i, const SimilarFeatures& f) { scores[i] = weigh(weight, f); });
  return scores;
}

std::vector<SimilarFeatures> SimilarityScorer::features(DocId example,
                                                        std::span<const DocId> docs) const {
  std::vector<SimilarFeatures> all(docs.size());
  for_each(example, docs, [&](std::size_t i, const SimilarFeatures& f) { all[i] = f; });
  return all;
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
