#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>

#include "settings.h"

namespace anireco::app {

/// What goes out of a data folder and comes back: exports, backups, posters.
struct ExchangeOptions {
  std::string format;  ///< jsonl, parquet or npy; empty: by the name of `out`, else jsonl.
  std::string out;     ///< File or folder; "-" and empty: standard output.
  std::string level = "adult";
  bool merged = false;
  bool with_vectors = false;

  std::string file;  ///< The backup.
  std::string verify;
  bool with_posters = false;
  bool force = false;

  std::size_t limit = 0;  ///< Posters to fetch; 0: all.
  double rate = 1;        ///< Requests a second.
  bool json = false;
};

/// How a command is hung under its subcommand; see main.cc.
using OnCommand = std::function<void(CLI::App*, std::function<int(const Settings&)>)>;

/// Adds export, backup, restore and posters. `options` must outlive the parsing and the command.
void add_exchange_commands(CLI::App& app, ExchangeOptions& options, const OnCommand& on);

int run_export(const Settings& settings, const ExchangeOptions& options);
int run_backup(const Settings& settings, const ExchangeOptions& options);
int run_restore(const Settings& settings, const ExchangeOptions& options);
int run_posters_fetch(const Settings& settings, const ExchangeOptions& options);

/// Where the optional module for Parquet lies: beside the program.
std::filesystem::path parquet_module();

}  // namespace anireco::app
