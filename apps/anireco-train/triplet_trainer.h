#pragma once

#include <torch/torch.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "checkpoint.h"
#include "encoder/text_encoder.h"
#include "trainable_bert.h"
#include "triplet_head.h"
#include "triplet_recipe.h"

namespace anireco::trainer {

/// Anchor, positive and negative as places in TripletData's texts.
using TitleTriplet = std::array<std::size_t, 3>;

/// Texts as tokens, by title, and which of them belong together.
struct TripletData {
  std::vector<TextEncoder::Tokens> record = {};
  std::vector<TextEncoder::Tokens> story = {};
  std::vector<TitleTriplet> train = {};
  std::vector<TitleTriplet> validation = {};
};

/// What one look at the validation triplets gave.
struct TripletLook {
  std::int64_t epoch = 0;
  double train_loss = 0;  ///< Mean over the epoch; 0 before the first.
  double loss = 0;
  double accuracy = 0;  ///< Share of triplets whose positive is nearer than their negative.
};

/// Where a run goes on from, where it ends and whom it tells.
struct TripletRun {
  /// Written every 100 steps (2,000 on a GPU) and every epoch; read when there.
  std::filesystem::path checkpoint;
  std::filesystem::path best;           ///< `.pt` of the best epoch so far.
  std::string fingerprint;              ///< Of recipe and data: a checkpoint of others is refused.
  std::int64_t stop_after = INT64_MAX;  ///< Step to stop at, as an interruption would.
  /// Called once a checkpoint, if there is one, is known to be of this run. May be empty.
  std::function<void()> on_start = {};
  std::function<void(const TripletLook&)> on_look;
  std::function<void(std::int64_t step, std::int64_t steps, double loss)> on_step;
};

/// Teaches an encoder and its head that titles of like genres lie close: triplet margin loss,
/// layers unfrozen from the top, early stop. What leaves the frozen layers is computed once for
/// each text and kept (on a GPU only where that is one vector a text). Source of the loss: Schroff
/// and others, CVPR 2015, equation 3, here without squares, as PyTorch's.
class TripletTrainer {
 public:
  TripletTrainer(const TripletRecipe& recipe, TrainableBert bert, TripletHead head,
                 const TripletData& data);

  /// Trains to the end, from where the checkpoint is, and leaves encoder and head as they were in
  /// the best epoch. Returns one look an epoch, the first before any step; empty when the run was
  /// stopped. On a CPU, with as many threads, a continued run ends with the same bytes as an
  /// undisturbed one. Throws as load_checkpoint(), and Error{invalid_argument} naming the step
  /// whose loss is not finite.
  std::vector<TripletLook> train(const TripletRun& run);

  /// Mean loss of the triplets in an epoch's texts. As training sees it, with dropout and batch
  /// statistics, while head()->is_training().
  torch::Tensor loss_of(std::span<const TitleTriplet> batch, std::int64_t epoch);

  /// Vectors of titles by their record's text, [titles, dimension], without gradients.
  torch::Tensor encode(std::span<const std::size_t> titles);

  std::int64_t steps_per_epoch() const;
  /// What learns in that epoch, from 1.
  void unfreeze_for(std::int64_t epoch);

 private:
  struct Text {
    std::size_t title = 0;
    bool story = false;
  };

  torch::Tensor means(std::span<const Text> texts);
  torch::Tensor loss_of_vectors(const torch::Tensor& rows) const;
  double step(std::int64_t step, torch::optim::AdamW& optimizer);
  TripletLook look();
  std::vector<torch::Tensor> kept_tensors() const;
  bool is_over(std::span<const TripletLook> looks) const;

  TripletRecipe recipe_;
  TrainableBert bert_;
  TripletHead head_;
  const TripletData& data_;
  std::size_t frozen_ = 0;                            ///< Lowest layers whose output is kept.
  std::array<std::vector<torch::Tensor>, 2> states_;  ///< Of record and story texts, by title.
};

/// Share of triplets whose positive is nearer than their negative. rows: [3 * triplets, dimension],
/// anchors, positives, negatives. Returns [triplets], 1 or 0.
torch::Tensor ranked_right(const torch::Tensor& rows);

}  // namespace anireco::trainer
