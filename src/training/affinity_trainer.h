#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <vector>

#include "catalog/catalog.h"
#include "index/vector_index.h"
#include "search/affinity_space.h"
#include "training/title_pairs.h"
#include "training/triplets.h"

namespace anireco {

struct AffinityTrainerOptions {
  std::size_t dimension = 64;   ///< K of the space, >= 1.
  std::size_t epochs = 20;      ///< Walks over all pairs, both directions, >= 1.
  std::size_t batch = 256;      ///< Pairs a step, >= 1.
  std::size_t negatives = 512;  ///< Random titles a step, beside those of the batch.
  float temperature = 0.07F;    ///< > 0
  float dropout = 0.5F;         ///< Share of a title's inputs that a step does not see, [0, 1).
  float learning_rate = 2e-3F;
  float weight_decay = 1e-3F;
  std::uint32_t least_frequency = 8;  ///< Terms of fewer titles have no row.
  float triplet_weight = 1;           ///< Of the loss of triplets beside that of pairs, >= 0.
  std::size_t triplet_batch = 256;    ///< Triplets a step, >= 1.
  std::uint64_t seed = 1;
  std::function<void(std::size_t step, std::size_t steps, float loss)> progress = {};
};

/// Learns the affinity space: a linear map under which partners are nearer than other titles.
/// Softmax over the batch's partners and random titles (InfoNCE; van den Oord and others, 2018);
/// titles of the franchises of a pair, and known partners, are no negatives of it. Beside it, where
/// triplets are given, a softmax over the two titles of each. One thread, and the same bytes for
/// the same input and seed. `vectors` may be null.
class AffinityTrainer {
 public:
  AffinityTrainer(const Catalog& catalog, const VectorIndex* vectors,
                  const AffinityTrainerOptions& options = {});

  /// `pairs`: what is learnt from; `franchise`: by DocId. Of `triplets`, which may be none, those
  /// of validation take no part.
  AffinityRows train(std::span<const TitlePair> pairs, std::span<const std::uint32_t> franchise,
                     std::span<const Triplet> triplets = {}) const;

  /// Loss of one batch and its gradient, for tests: `weights` [inputs(), dimension] row-major.
  /// anchors[i] and partners[i] are a pair. Without dropout.
  float loss(std::span<const float> weights, std::span<const DocId> anchors,
             std::span<const DocId> partners, std::span<const DocId> negatives,
             std::span<const std::uint32_t> franchise, std::span<float> gradient) const;
  /// The same of triplets, before their weight.
  float triplet_loss(std::span<const float> weights, std::span<const Triplet> triplets,
                     std::span<float> gradient) const;
  std::size_t inputs() const { return inputs_; }

 private:
  /// One nonzero input of a title.
  struct Input {
    std::uint32_t row;
    float value;
  };
  struct Batch;
  using InputsOf = std::function<std::vector<Input>(DocId)>;

  std::vector<Input> inputs_of(DocId doc) const;
  void forward(Batch& batch, std::span<const float> weights) const;
  static float softmax(Batch& batch, float temperature, float weight = 1);
  void backward(const Batch& batch, std::span<float> gradient) const;
  Batch batch_of(std::span<const Triplet> triplets, const InputsOf& inputs) const;
  AffinityRows to_rows(std::span<const float> weights) const;

  const Catalog& catalog_;
  const VectorIndex* vectors_;
  AffinityTrainerOptions options_;
  std::size_t inputs_ = 0;
  /// By place in kAffinityFields and term: its row; none for rare terms.
  std::array<std::vector<std::int64_t>, kAffinityFields.size()> term_rows_;
};

}  // namespace anireco
