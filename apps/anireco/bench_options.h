#pragma once

#include <CLI/CLI.hpp>

#include "commands.h"
#include "exchange_commands.h"

namespace anireco::app {

/// Adds bench and what stands below it. The options must outlive the parsing and the command.
void add_bench_commands(CLI::App& app, BenchOptions& options, CatalogueOptions& catalogue,
                        const OnCommand& on);

}  // namespace anireco::app
