#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "evaluation/truth.h"
#include "search/fusion_model.h"
#include "search/snapshot.h"
#include "training/request_file.h"

namespace anireco {

/// What fusion weighs of a candidate: normalised dense and lexical score, order of popularity.
constexpr std::size_t kFusionFeatureCount = 3;
using FusionFeatures = std::array<float, kFusionFeatureCount>;

/// One request's candidates; at least one is right.
struct FusionExample {
  std::vector<FusionFeatures> features = {};
  std::vector<std::uint32_t> franchise = {};  ///< Of each candidate, by the franchise table.
  std::uint32_t right = 0;                    ///< The franchise that the request means.
  double weight = 1;                          ///< How much the request counts, > 0.
};

struct FusionTrainerOptions {
  /// Shares of the best window that are tried, each > 0: best_fusion_window().
  std::vector<float> windows = {0.35F, 0.5F, 0.7F, 1.0F, 1.4F, 2.0F};
  /// No request may be for one of these franchises of the table. Requests for other titles that the
  /// catalogue counts to the same franchise as one of theirs are passed over.
  std::set<std::uint32_t> excluded = {};
  std::size_t steps = 400;  ///< Over all examples at once.
  float learning_rate = 0.05F;
  /// Gives the vector of a text, as search would; empty when there is none.
  std::function<std::vector<float>(const std::string&)> encode = {};
  std::function<void(std::size_t done, std::size_t total)> progress = {};
};

/// How a model does on requests that it was not learnt from, each counting as in training.
struct FusionCheck {
  std::size_t requests = 0;
  double mrr = 0;  ///< Of the right franchise among the candidates.
  double hit10 = 0;
};

struct FusionTraining {
  FusionModel model = {};
  std::size_t requests = 0;   ///< Learnt from: franchises with even numbers.
  std::size_t not_found = 0;  ///< Whose title was no candidate of any leg: they teach nothing.
  FusionCheck before = {};    ///< The shipped model, franchises with odd numbers.
  FusionCheck after = {};     ///< The learnt one, the same.
};

/// Learns the weights of fusion: a softmax over each request's candidates, maximising the share of
/// the right franchise's titles. Scores are normalised by distribution (fuse()). Only requests for
/// franchises of the validation tenth count, since the encoder's adapter has seen the others, and
/// only such that spell no title. Ours ask for all franchises alike, people for what many have
/// seen: a request counts with one over the square root of its title's rank by popularity.
/// The weights come from all requests whose answer is a candidate at the share that was taken.
/// Deterministic. Throws Error{invalid_argument} naming the title for a request of an excluded
/// franchise, when fewer than 50 requests remain in either half, and when neither leg helps.
FusionTraining train_fusion(const Snapshot& snapshot, std::span<const TrainingRequest> requests,
                            const FranchiseTable& franchises, const FusionTrainerOptions& options);

/// Which of the sets of examples, each of the same requests in the same order with another share of
/// the window, weights fit best: by their loss over the requests whose answer is a candidate in
/// every set, since losses over different requests say nothing about the share. Sets where fewer
/// than 50 answers are candidates take no part. Null when fewer than 50 requests are left.
std::optional<std::size_t> best_fusion_window(std::span<const std::vector<FusionExample>> tried,
                                              const FusionTrainerOptions& options);

/// Weighted mean loss of the examples and its gradient by weight; for tests.
double fusion_loss(std::span<const FusionExample> examples, const FusionFeatures& weight,
                   std::span<double, kFusionFeatureCount> gradient);

}  // namespace anireco
