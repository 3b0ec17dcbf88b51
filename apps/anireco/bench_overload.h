#pragma once

#include "commands.h"

namespace anireco::app {

/// `bench serve --overload`: what the server can answer, then twice as much asked of it. Every
/// search is a new text, so that each waits for the encoder; beside them somebody asks /healthz
/// and searches whose vectors are known.
int run_bench_overload(const Settings& settings, const BenchOptions& options);

}  // namespace anireco::app
