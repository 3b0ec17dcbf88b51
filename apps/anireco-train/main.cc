#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <string>

#include "base/error.h"
#include "base/log.h"
#include "exit_code.h"
#include "settings.h"
#include "train_query.h"

namespace {

int run(int argc, char** argv) {
  CLI::App app("Trains AniReco's encoder. `anireco train` starts it.", "anireco-train");
  app.require_subcommand(1);
  std::map<std::string, std::string> flags;
  const auto flag = [&](const char* option, const char* key, const char* help) {
    app.add_option_function<std::string>(
        option, [&flags, key](const std::string& value) { flags[key] = value; }, help);
  };
  flag("--data-dir", "data_dir", "folder of the catalogue and its indexes");
  flag("--model", "model", "folder of the encoder's weights");
  flag("--threads", "threads", "threads; 0: one a core");

  anireco::trainer::TrainQueryOptions query;
  CLI::App* train_query = app.add_subcommand("query", "The query side: an adapter for requests");
  train_query->add_option("--recipe", query.recipe, "settings of the run, JSON")->required();
  train_query->add_option("--franchises", query.franchises, "mal_id and franchise_id, by tabs")
      ->required();
  train_query->add_option("--exclude", query.exclude,
                          "franchise ids that no request may be for and that are no negatives");
  train_query->add_option("--out", query.out, "folder for adapter, checkpoint and report")
      ->required();
  train_query->add_option("--stop-after", query.stop_after, "stop at this step; run again to go on")
      ->check(CLI::PositiveNumber);
  for (CLI::App* command : app.get_subcommands({})) command->fallthrough();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : anireco::app::kWrongUse;
  }
  const anireco::app::Settings settings = anireco::app::load_settings(flags);
  anireco::start_logging({.level = *anireco::parse_log_level(settings.log_level)});
  return anireco::trainer::train_query(settings, query);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const anireco::Error& error) {
    fmt::print(stderr, "anireco-train: {}{}\n", error.what(),
               error.context().empty() ? "" : fmt::format(" ({})", error.context()));
    return anireco::app::exit_code(error.kind());
  } catch (const std::exception& error) {
    fmt::print(stderr, "anireco-train: {}\n", error.what());
    return anireco::app::kFailed;
  }
}
