#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "catalog/catalog.h"
#include "index/vector_index.h"
#include "search/similarity_model.h"

namespace anireco {

/// What document vectors are multiplied with before their rows: it makes one learning rate fit all
/// inputs.
constexpr float kAffinityTextScale = 3;

/// The facts of a title as the affinity space takes them: popularity, year, score, episodes,
/// duration, whether a TV series, age rating; each about in [-1, 1], 0 where unknown.
std::array<float, kAffinityFactCount> affinity_facts(const TitleFacts& facts);

/// Weight of a term of a title: idf / norm of the title's terms of that field, times the field's
/// share.
float affinity_term_weight(const Catalog& catalog, std::size_t field, DocId doc,
                           std::uint32_t term);

/// Every title's place in a model's affinity space. Immutable, thread-safe.
class AffinitySpace {
 public:
  /// Borrows nothing: places are computed here, on `threads` threads. `vectors` may be null.
  AffinitySpace(const Catalog& catalog, const VectorIndex* vectors, const AffinityRows& rows,
                std::size_t threads = 2);

  std::size_t dimension() const { return dimension_; }
  /// Whether there is such a space, and the texts' vectors took part where there are any.
  bool complete() const { return complete_; }
  /// [dimension], L2-normalised; all zero for a title of which nothing is known.
  std::span<const float> place(DocId doc) const {
    return std::span(places_).subspan(doc * dimension_, dimension_);
  }
  /// Cosine of `example` to each of `docs`, in their order; fastest where those follow one another.
  std::vector<float> cosines(DocId example, std::span<const DocId> docs) const;

 private:
  std::size_t dimension_ = 0;
  bool complete_ = false;
  std::vector<float> places_;  ///< [documents, dimension]
};

}  // namespace anireco
