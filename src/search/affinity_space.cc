#include "search/affinity_space.h"

#include <algorithm>
#include <cmath>
#include <future>

#include "catalog/fold.h"
#include "tensor/dot.h"

namespace anireco {
namespace {

/// Scales of the inputs, like kAffinityTextScale.
constexpr float kFactScale = 0.3F;
constexpr std::array<float, kAffinityFields.size()> kFieldScale = {2, 2, 0.5F, 2};

/// Rows of a model by the catalogue's term numbers; null for terms that have none.
using TermRows = std::array<std::vector<const float*>, kAffinityFields.size()>;

TermRows bind_terms(const Catalog& catalog, const AffinityRows& rows) {
  TermRows bound;
  for (std::size_t f = 0; f < kAffinityFields.size(); ++f) {
    bound[f].resize(catalog.term_count(kAffinityFields[f]), nullptr);
    for (std::uint32_t term = 0; term < bound[f].size(); ++term) {
      const auto found = rows.terms[f].find(fold_name(catalog.term_name(kAffinityFields[f], term)));
      if (found != rows.terms[f].end()) bound[f][term] = found->second.data();
    }
  }
  return bound;
}

void add_row(float weight, const float* row, std::span<float> place) {
  for (std::size_t k = 0; k < place.size(); ++k) place[k] += weight * row[k];
}

}  // namespace

std::array<float, kAffinityFactCount> affinity_facts(const TitleFacts& f) {
  const float years = f.year == 0 ? 0.0F : (static_cast<float>(f.year) - 2005) / 15;
  const std::array<float, kAffinityFactCount> facts = {f.log_popularity / 2,
                                                       years,
                                                       f.score > 0 ? f.score - 7 : 0.0F,
                                                       f.log_episodes / 3,
                                                       f.log_duration / 4,
                                                       f.type == AnimeType::tv ? 1.0F : 0.0F,
                                                       static_cast<float>(f.age_rating) / 3};
  std::array<float, kAffinityFactCount> scaled = {};
  std::ranges::transform(facts, scaled.begin(), [](float x) { return x * kFactScale; });
  return scaled;
}

float affinity_term_weight(const Catalog& catalog, std::size_t field, DocId doc,
                           std::uint32_t term) {
  return kFieldScale[field] * catalog.term_idf(kAffinityFields[field], term) /
         catalog.term_norm(kAffinityFields[field], doc);
}

AffinitySpace::AffinitySpace(const Catalog& catalog, const VectorIndex* vectors,
                             const AffinityRows& rows, std::size_t threads)
    : dimension_(rows.dimension), places_(catalog.size() * rows.dimension, 0.0F) {
  if (dimension_ == 0 || catalog.size() == 0) return;
  complete_ = true;
  if (vectors != nullptr && (vectors->dimension() != rows.text_dimension ||
                             vectors->model_fingerprint() != rows.model_fingerprint)) {
    vectors = nullptr;
    complete_ = false;
  }
  const TermRows terms = bind_terms(catalog, rows);
  const auto fill = [&](DocId begin, DocId end) {
    for (DocId doc = begin; doc < end; ++doc) {
      const std::span<float> place = std::span(places_).subspan(doc * dimension_, dimension_);
      if (vectors != nullptr && vectors->has_vector(doc)) {
        const std::vector<float> text = vectors->document_vector(doc);
        for (std::size_t d = 0; d < text.size(); ++d) {
          add_row(kAffinityTextScale * text[d], &rows.text[d * dimension_], place);
        }
      }
      for (std::size_t f = 0; f < kAffinityFields.size(); ++f) {
        for (std::uint32_t term : catalog.terms(kAffinityFields[f], doc)) {
          if (terms[f][term] == nullptr) continue;
          add_row(affinity_term_weight(catalog, f, doc, term), terms[f][term], place);
        }
      }
      const auto facts = affinity_facts(catalog.facts(doc));
      for (std::size_t n = 0; n < facts.size(); ++n) {
        add_row(facts[n], &rows.facts[n * dimension_], place);
      }
      float squares = 0;
      for (float x : place) squares += x * x;
      if (squares > 0) {
        for (float& x : place) x /= std::sqrt(squares);
      }
    }
  };
  std::vector<std::future<void>> parts;
  const std::size_t step =
      (catalog.size() + std::max<std::size_t>(threads, 1) - 1) / std::max<std::size_t>(threads, 1);
  for (std::size_t begin = 0; begin < catalog.size(); begin += step) {
    parts.push_back(std::async(std::launch::async, fill, static_cast<DocId>(begin),
                               static_cast<DocId>(std::min(begin + step, catalog.size()))));
  }
  for (std::future<void>& part : parts) part.get();
}

std::vector<float> AffinitySpace::cosines(DocId example, std::span<const DocId> docs) const {
  std::vector<float> cosines(docs.size());
  for (std::size_t i = 0; i < docs.size();) {
    std::size_t end = i + 1;
    while (end < docs.size() && docs[end] == docs[end - 1] + 1) ++end;
    dot_f32_rows(place(example).data(), place(docs[i]).data(), end - i, dimension_, &cosines[i]);
    i = end;
  }
  return cosines;
}

}  // namespace anireco
