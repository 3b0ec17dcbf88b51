#pragma once

#include <cstdint>
#include <string>

#include "settings.h"

namespace anireco::trainer {

struct TrainQueryOptions {
  std::string recipe;
  std::string franchises;
  std::string exclude;  ///< File of franchise ids; empty: none.
  std::string out;
  std::int64_t stop_after = INT64_MAX;
};

/// Trains the adapter of requests over the catalogue and the model that the settings name. Writes
/// OUT/checkpoint.pt, OUT/report.tsv (one line a look at the validation requests) and at the end
/// OUT/adapter_model.safetensors and OUT/adapter_config.json. Returns the exit code.
int train_query(const app::Settings& settings, const TrainQueryOptions& options);

}  // namespace anireco::trainer
