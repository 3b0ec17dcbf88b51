#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "evaluation/metrics.h"
#include "search/affinity_space.h"
#include "search/snapshot.h"
#include "training/triplets.h"

namespace anireco {

/// How often one way to judge nearness puts the positive before the negative.
struct TripletFigure {
  std::string method = {};
  std::size_t triplets = 0;  ///< Those that the method can judge, >= 1.
  Interval nearer = {};      ///< Share of them, in [0, 1]; a tie is a miss.
};

/// Judges triplets by the cosine of the stored document vectors ("vectors": those whose three
/// titles have one), by the cosine in the affinity space of the snapshot's similarity model
/// ("affinity") and by the whole score of likeness ("likeness", SimilarityScorer). What the
/// snapshot has not got is left out. Triplets share titles, which the bootstrap over triplets does
/// not know: the intervals are too narrow. Throws Error{invalid_argument} for no triplet,
/// Error{unavailable} when the engine of the vectors does not answer.
std::vector<TripletFigure> evaluate_triplets(
    const Snapshot& snapshot, std::span<const Triplet> triplets,
    const std::function<void(std::size_t done, std::size_t total)>& progress = {});

/// The same by the cosine in `space` alone, as "affinity"; none for no triplet.
std::optional<TripletFigure> evaluate_triplets(const AffinitySpace& space,
                                               std::span<const Triplet> triplets);

}  // namespace anireco
