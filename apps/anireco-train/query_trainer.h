#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "encoder/text_encoder.h"
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
  double loss = 0;  ///< Mean training loss since the last look.
  double hit10 = 0;
  double mrr = 0;
  double hit10_phrases = 0;  ///< With our own phrases among the windows.
  double mrr_phrases = 0;
};

/// What requests are ranked against.
struct QueryTrainerTitles {
  const TitleRows* train = nullptr;          ///< Without our phrases.
  const TitleRows* train_phrases = nullptr;  ///< Titles with our phrases, by these too.
  const TitleRows* all = nullptr;            ///< For validation.
  const TitleRows* all_phrases = nullptr;
};

/// Teaches the query side of an encoder: requests move towards the stored vectors of the titles
/// they mean, which stay as they are, so a trained encoder needs no catalogue to be encoded again.
/// The loss is the cross-entropy of a softmax over every franchise (no sampled negatives).
class QueryTrainer {
 public:
  QueryTrainer(const Recipe& recipe, TrainableBert model, const TextEncoder& tokenizer,
               const QueryTrainerTitles& titles)
      : recipe_(recipe), model_(std::move(model)), tokenizer_(tokenizer), titles_(titles) {}

  /// Runs from the step that `checkpoint` holds (0 when it does not exist) to recipe.steps, or to
  /// `stop_after` when that comes first. An interrupted run continues with the same bytes.
  void train(std::span<const QueryExample> train, std::span<const QueryExample> validation,
             const std::filesystem::path& checkpoint, std::int64_t stop_after,
             const std::function<void(const Validation&)>& report,
             const std::function<void(std::int64_t step, double loss)>& progress);

  Validation validate(std::span<const QueryExample> examples);

 private:
  torch::Tensor loss_of(std::span<const QueryExample> batch, const TitleRows& rows);
  torch::Tensor encode(std::span<const std::string> texts);

  Recipe recipe_;
  TrainableBert model_;
  const TextEncoder& tokenizer_;
  QueryTrainerTitles titles_;
};

}  // namespace anireco::trainer
