#pragma once

#include <cstdint>
#include <string>

#include "settings.h"

namespace anireco::trainer {

struct TrainTripletOptions {
  std::string recipe;
  std::string franchises;
  std::string exclude;   ///< File of franchise ids; empty: none.
  std::string triplets;  ///< File of triplets; empty: they are mined.
  std::string out;
  std::int64_t stop_after = INT64_MAX;
};

/// Teaches the encoder that the settings name likeness of genres over their catalogue. Writes
/// OUT/triplets.tsv, OUT/checkpoint.pt, OUT/best.pt and at the end OUT/model (a model folder),
/// OUT/model.pt and OUT/report. Returns the exit code.
int train_triplet(const app::Settings& settings, const TrainTripletOptions& options);

struct ConvertOptions {
  std::string from;
  std::string out;
};

/// Writes a model folder as a `.pt` file, or a `.pt` file as a model folder with settings and
/// tokenizer of the model that the settings name. Returns the exit code.
int convert_model(const app::Settings& settings, const ConvertOptions& options);

}  // namespace anireco::trainer
