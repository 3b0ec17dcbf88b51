#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "encoder/text_encoder.h"
#include "masked_sentences.h"
#include "recipe.h"
#include "title_rows.h"
#include "trainable_bert.h"

namespace anireco::trainer {

/// A request as the dense leg would encode it, and the franchise that it means.
struct QueryExample {
  std::string text;
  FranchiseId franchise = 0;
};

/// What one look at the validation requests gave, over the whole catalogue.
struct Validation {
  std::int64_t step = 0;
  double loss = 0;           ///< Mean training loss since the last look.
  std::size_t requests = 0;  ///< That were measured; where there are none, the rest says nothing.
  double hit10 = 0;
  double mrr = 0;
  double hit10_own = 0;  ///< With our own words among the windows.
  double mrr_own = 0;
};

/// What requests are ranked against.
struct QueryTrainerTitles {
  const TitleRows* train = nullptr;  ///< Every title, without windows of our own words.
  /// Titles with words of ours, by these too; null when no step takes them (own_words 0).
  const TitleRows* train_own = nullptr;
  const TitleRows* all = nullptr;  ///< For validation, those that never train included.
  const TitleRows* all_own = nullptr;
  const TitleRows* sentence = nullptr;  ///< Without windows; null when no step takes sentences.
};

/// Where a run goes on from, where it ends and whom it tells.
struct TrainingRun {
  std::filesystem::path checkpoint;     ///< Written every 50 steps; read when it exists.
  std::string fingerprint;              ///< Of recipe and data: a checkpoint of others is refused.
  std::int64_t stop_after = INT64_MAX;  ///< Step to stop at, as an interruption would.
  std::function<void(const Validation&)> on_validation;
  std::function<void(std::int64_t step, double loss)> on_step;
};

/// Teaches the query side of an encoder: requests move towards the stored vectors of the titles
/// they mean, which stay as they are, so a trained encoder needs no catalogue to be encoded again.
/// The loss is the cross-entropy of a softmax over every franchise (no sampled negatives).
class QueryTrainer {
 public:
  QueryTrainer(const Recipe& recipe, TrainableBert model, const TextEncoder& tokenizer,
               const QueryTrainerTitles& titles)
      : recipe_(recipe), model_(std::move(model)), tokenizer_(tokenizer), titles_(titles) {}

  /// Runs to recipe.steps, from where the checkpoint is. An interrupted run that is continued ends
  /// with the same bytes as one that was not. Throws Error{invalid_argument} when the checkpoint
  /// belongs to another run, Error{corrupt} when it is damaged,
  /// Error{invalid_argument} naming the step whose loss is not finite.
  void train(std::span<const QueryExample> examples, std::span<const MaskedSentence> sentences,
             std::span<const QueryExample> validation, const TrainingRun& run);

  Validation validate(std::span<const QueryExample> examples);

 private:
  torch::Tensor loss_of(std::span<const QueryExample> batch, const TitleRows& rows);
  /// A masked sentence is to find what is left of its title's text, among all titles' texts.
  torch::Tensor loss_of(std::span<const MaskedSentence> batch);
  torch::Tensor encode(std::span<const std::string> texts);
  std::vector<torch::Tensor> learning_parameters() const;
  double step(std::span<const QueryExample> examples, std::span<const MaskedSentence> sentences,
              std::int64_t step, torch::optim::AdamW& optimizer);

  Recipe recipe_;
  TrainableBert model_;
  const TextEncoder& tokenizer_;
  QueryTrainerTitles titles_;
};

}  // namespace anireco::trainer
