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
#include "train_triplet.h"

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
  flag("--precision", "precision", "auto, fp32, bf16 or int8");
  flag("--log-level", "log_level", "debug, info, warning or error");

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

  anireco::trainer::TrainTripletOptions triplet;
  CLI::App* train_triplet =
      app.add_subcommand("triplet", "The encoder with a head: likeness of genres, by triplets");
  train_triplet->add_option("--recipe", triplet.recipe, "settings of the run, JSON")->required();
  train_triplet->add_option("--franchises", triplet.franchises, "mal_id and franchise_id, by tabs")
      ->required();
  train_triplet->add_option("--exclude", triplet.exclude,
                            "franchise ids whose titles may be in no triplet");
  train_triplet->add_option("--triplets", triplet.triplets,
                            "triplets by tabs, as a run writes them; else they are mined");
  train_triplet->add_option("--out", triplet.out, "folder for model, checkpoint and report")
      ->required();
  train_triplet
      ->add_option("--stop-after", triplet.stop_after, "stop at this step; run again to go on")
      ->check(CLI::PositiveNumber);

  anireco::trainer::ConvertOptions convert;
  CLI::App* convert_model = app.add_subcommand(
      "convert", "A model folder to a PyTorch .pt file, or such a file to a folder");
  convert_model->add_option("--from", convert.from, "model folder or .pt file")->required();
  convert_model->add_option("--out", convert.out, "the other of the two")->required();
  for (CLI::App* command : app.get_subcommands({})) command->fallthrough();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : anireco::app::kWrongUse;
  }
  const anireco::app::Settings settings = anireco::app::load_settings(flags);
  anireco::start_logging({.level = *anireco::parse_log_level(settings.log_level)});
  if (*train_triplet) return anireco::trainer::train_triplet(settings, triplet);
  if (*convert_model) return anireco::trainer::convert_model(settings, convert);
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
