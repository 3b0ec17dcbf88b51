#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace anireco::trainer {

/// How a query adapter is trained: the settings file of one run (data/training/recipes).
struct Recipe {
  std::vector<std::filesystem::path> requests = {};  ///< Read beside the recipe's own folder.
  std::int64_t rank = 16;
  double alpha = 32;
  double dropout = 0;
  std::int64_t steps = 600;
  std::int64_t batch = 64;      ///< Requests a step.
  double learning_rate = 2e-4;  ///< At its highest; falls to 0 along a cosine.
  double warm_up = 0.1;         ///< Share of the steps in which it rises from 0.
  double weight_decay = 0.01;
  double temperature = 0.05;
  double window_weight = 1;
  double word_dropout = 0.2;  ///< Share of words left out of half the requests.
  double own_words = 0.5;     ///< Share of the steps in which windows of our own words count.
  /// Share of the steps whose requests are masked sentences of synopses (masked_sentences.h)
  /// instead.
  double sentences = 0;
  std::int64_t sentence_titles = 4000;  ///< Titles that give one each, at most.
  std::int64_t validate_every = 100;
  std::uint64_t seed = 1;
};

/// JSON. Throws Error{not_found}, Error{invalid_argument} naming the key for an unknown one or a
/// value out of its range.
Recipe read_recipe(const std::filesystem::path& path);

}  // namespace anireco::trainer
