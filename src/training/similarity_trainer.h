#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "search/similar.h"
#include "search/snapshot.h"
#include "training/affinity_trainer.h"
#include "training/evaluate_triplets.h"
#include "training/title_pairs.h"
#include "training/triplets.h"

namespace anireco {

struct SimilarityTrainerOptions {
  AffinityTrainerOptions affinity = {};
  /// What the affinity space learns beside the pairs; those of validation only measure it.
  std::vector<Triplet> triplets = {};
  /// The affinity of a pair must not be one that was learnt from it: titles are parted into this
  /// many folds by franchise, and each fold's features come from a space that never saw it. >= 2.
  std::size_t folds = 4;
  std::size_t negatives = 400;  ///< Random titles an example, >= 1.
  std::size_t epochs = 8;
  std::size_t batch = 32;  ///< Examples a step.
  float learning_rate = 3e-3F;
  float penalty = 1e-4F;  ///< Of the squared weights of standardised features.
  std::uint64_t seed = 1;
  /// Stage in words, and the share of it that is done, in [0, 1].
  std::function<void(std::string_view stage, double done)> progress = {};
};

/// One example with its partners first, then titles that are none.
struct RankingExample {
  std::vector<SimilarFeatures> features;
  std::size_t partners = 0;
};

/// Weights under which partners rank before the rest: softmax over each example's titles, the
/// target spread evenly over its partners (ListNet; Cao and others, ICML 2007), with features
/// standardised and a penalty on the weights.
class RankingTrainer {
 public:
  explicit RankingTrainer(const SimilarityTrainerOptions& options) : options_(options) {}
  std::array<float, kSimilarFeatureCount> train(std::span<const RankingExample> examples) const;
  /// Mean loss over examples and its gradient by weight; for tests and validation.
  static double loss(std::span<const RankingExample> examples,
                     const std::array<float, kSimilarFeatureCount>& weight,
                     std::span<double, kSimilarFeatureCount> gradient);

 private:
  SimilarityTrainerOptions options_;
};

/// Figures of a training run for its record.
struct SimilarityTraining {
  SimilarityModel model = {};
  std::size_t pairs = 0;
  std::size_t examples = 0;
  /// How often the space puts the positive of a triplet of validation nearer; none without any.
  std::optional<TripletFigure> nearer = {};
};

/// Learns affinity space and weights from pairs of titles that people recommend to each other. The
/// snapshot's own model takes no part. Deterministic. Throws Error{invalid_argument} for settings
/// out of range and for a title with partners in every franchise that there is.
SimilarityTraining train_similarity(const Snapshot& snapshot, const TitlePairs& pairs,
                                    const SimilarityTrainerOptions& options);

}  // namespace anireco
