#pragma once

#include <cstdint>
#include <filesystem>

#include "training/triplets.h"

namespace anireco::trainer {

/// How an encoder with a head is taught likeness of genres: the settings file of one run.
struct TripletRecipe {
  TripletOptions triplets = {};  ///< Without franchises and those excluded.
  double story = 0.5;            ///< Share of the training texts told as a story.
  std::int64_t max_tokens = 128;
  std::int64_t head_width = 256;
  std::int64_t dimension = 256;
  double dropout = 0.4;
  double margin = 0.5;         ///< Euclidean, between vectors of length 1.
  double encoder_rate = 1e-6;  ///< Learning rates at their highest; they fall to 0 in a line.
  double head_rate = 1e-4;
  double weight_decay = 0.01;
  double warm_up = 0.2;  ///< Share of the steps in which the rates rise from 0.
  std::int64_t epochs = 4;
  std::int64_t batch = 16;          ///< Triplets a step.
  std::int64_t unfreeze_first = 0;  ///< Layers that learn in the first epoch, from the top.
  std::int64_t unfreeze_each = 2;   ///< More in each further one; embeddings are below the last.
  std::int64_t patience = 2;        ///< Epochs without a better validation until it stops.
  std::int64_t report_titles = 1500;
  std::uint64_t seed = 1;
};

/// JSON. Throws Error{not_found}, Error{invalid_argument} naming the key for an unknown one or a
/// value out of its range.
TripletRecipe read_triplet_recipe(const std::filesystem::path& path);

}  // namespace anireco::trainer
