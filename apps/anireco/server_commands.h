#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "exchange_commands.h"
#include "settings.h"

namespace anireco::app {

/// What concerns a catalogue on servers.
struct ServerCommandOptions {
  std::string from;    ///< A data folder or postgres://…; empty: where the settings have it.
  std::string to;      ///< The same.
  std::string qdrant;  ///< Beside a database in `to`; empty: as the settings have it.
  bool repair = false;
  bool json = false;
};

/// Adds db migrate, migrate and verify. `options` must outlive the parsing and the command.
void add_server_commands(CLI::App& app, ServerCommandOptions& options, const OnCommand& on);

int run_db_migrate(const Settings& settings);
int run_migrate(const Settings& settings, const ServerCommandOptions& options);
int run_verify(const Settings& settings, const ServerCommandOptions& options);

}  // namespace anireco::app
