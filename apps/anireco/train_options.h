#pragma once

#include <CLI/CLI.hpp>

#include "commands.h"
#include "exchange_commands.h"

namespace anireco::app {

struct TrainOptions {
  TrainSimilarOptions similar = {};
  TrainFusionOptions fusion = {};
  TrainQueryOptions query = {};
  TrainTripletOptions triplet = {};
  TrainConvertOptions convert = {};
};

/// Adds train and what stands below it. The options must outlive the parsing and the command.
void add_train_commands(CLI::App& app, TrainOptions& options, const OnCommand& on);

}  // namespace anireco::app
