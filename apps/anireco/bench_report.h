#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "commands.h"

namespace anireco::app {

struct TimeReport {
  std::size_t n = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double greatest_ms = 0;
};
/// times: milliseconds, at least one.
TimeReport summarise(std::vector<double> times);

/// What a figure was measured on: how many processors of which name.
std::string machine_name();

/// The requests of --queries, or a few of our own. Throws Error{invalid_argument} for an empty
/// file.
std::vector<std::string> bench_texts(const BenchOptions& options);

}  // namespace anireco::app
