#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "commands.h"
#include "engine.h"
#include "evaluation/truth.h"
#include "output.h"
#include "training/fusion_trainer.h"
#include "training/similarity_trainer.h"
#include "training/title_pairs.h"
#include "training/triplets.h"

namespace anireco::app {

int run_train_similar(const Settings& settings, const TrainSimilarOptions& o) {
  if (o.out.empty()) throw Error(ErrorKind::invalid_argument, "--out: name a file to write");
  const std::vector<JudgedPair> judged = read_judged_pairs(o.pairs);
  const FranchiseTable franchises = FranchiseTable::read(o.franchises);
  TitlePairOptions pair_options{.split = o.split};
  if (!o.exclude.empty()) pair_options.excluded_franchises = read_franchise_list(o.exclude);
  const std::unique_ptr<CatalogStore> store = open_store(settings);
  const std::shared_ptr<const Snapshot> snapshot = load_snapshot(settings, *store);
  const TitlePairs pairs = resolve_pairs(*snapshot->catalog, judged, franchises, pair_options);

  ProgressLine progress;
  SimilarityTrainerOptions options;
  options.seed = o.seed;
  options.affinity.seed = o.seed;
  options.affinity.dimension = o.dimension;
  options.affinity.triplet_weight = o.triplet_weight;
  if (o.genre_triplets > 0) {
    options.triplets =
        mine_triplets(*snapshot->catalog, {.franchises = &franchises,
                                           .excluded_franchises = pair_options.excluded_franchises,
                                           .count = o.genre_triplets,
                                           .split = TripletSplit::franchise,
                                           .seed = o.seed});
  }
  options.progress = [&](std::string_view stage, double done) {
    progress.show(fmt::format("{}: {:.0f} %", stage, done * 100));
  };
  SimilarityTraining training = train_similarity(*snapshot, pairs, options);
  progress.clear();
  auto& record = training.model.record;
  const auto hash = [](const std::filesystem::path& path) {
    return fmt::format("sha256 {}", sha256_file_hex(path));
  };
  record.emplace_back("pairs",
                      fmt::format("{} of split {}, {}", training.pairs, o.split, hash(o.pairs)));
  record.emplace_back("excluded", o.exclude.empty() ? "none"
                                                    : fmt::format("{} pairs, franchises of {}",
                                                                  pairs.excluded, hash(o.exclude)));
  std::string triplets;
  if (const auto& figure = training.nearer) {
    triplets = fmt::format(
        "of genres, {} with weight {}; of {} of other franchises the positive is nearer in {:.3f} "
        "[{:.3f}, {:.3f}]",
        options.triplets.size() - figure->triplets, o.triplet_weight, figure->triplets,
        figure->nearer.value, figure->nearer.low, figure->nearer.high);
    record.emplace_back("triplets", triplets);
  }
  record.emplace_back("catalogue", fmt::format("{} titles, content {}", snapshot->catalog->size(),
                                               snapshot->generation.content_hash));
  record.emplace_back("settings", fmt::format("seed {}, {} examples, {} folds", o.seed,
                                              training.examples, options.folds));
  write_file_atomic(o.out, format_similarity_model(training.model));
  fmt::print("learnt from {} pairs ({} excluded, {} unknown), {} examples: {}\n", training.pairs,
             pairs.excluded, pairs.unknown, training.examples, o.out);
  if (!triplets.empty()) fmt::print("triplets {}\n", triplets);
  return 0;
}

int run_train_fusion(const Settings& settings, const TrainFusionOptions& o) {
  const FranchiseTable franchises = FranchiseTable::read(o.franchises);
  std::vector<TrainingRequest> requests;
  FusionModel files;
  for (const std::string& path : o.requests) {
    const std::vector<TrainingRequest> read = read_training_requests(path);
    requests.insert(requests.end(), read.begin(), read.end());
    files.record.emplace_back(
        "requests", fmt::format("{}, sha256 {}", std::filesystem::path(path).filename().string(),
                                sha256_file_hex(path)));
  }
  FusionTrainerOptions options;
  if (!o.exclude.empty()) {
    options.excluded = read_franchise_list(o.exclude);
    files.record.emplace_back("excluded",
                              fmt::format("franchises of sha256 {}", sha256_file_hex(o.exclude)));
  }
  const Engine engine = open_engine(settings);
  if (!engine.encoder || !engine.snapshot->vectors) {
    throw Error(ErrorKind::invalid_argument, "training fusion needs the encoder and vectors");
  }
  ProgressLine progress;
  options.encode = [&](const std::string& text) { return engine.encoder->encoder().encode(text); };
  options.progress = [&](std::size_t done, std::size_t total) {
    progress.show(fmt::format("requests: {} of {}", done, total));
  };
  const FusionTraining training = train_fusion(*engine.snapshot, requests, franchises, options);
  progress.clear();
  FusionModel model = training.model;
  model.record = std::move(files.record);
  model.record.emplace_back("catalogue",
                            fmt::format("{} titles, content {}", engine.snapshot->catalog->size(),
                                        engine.snapshot->generation.content_hash));
  model.record.emplace_back("learnt", fmt::format("from {} requests, {} more found by no leg",
                                                  training.requests, training.not_found));
  const auto figures = [](const FusionCheck& c) {
    return fmt::format("hit@10 {:.3f}, MRR {:.3f}", c.hit10, c.mrr);
  };
  model.record.emplace_back(
      "check", fmt::format("{} other requests: {}; weights before: {}", training.after.requests,
                           figures(training.after), figures(training.before)));
  write_file_atomic(o.out, format_fusion_model(model));
  fmt::print("{}", format_fusion_model(model));
  return 0;
}

namespace {

/// Goes on as anireco-train with these arguments.
[[noreturn]] void become_trainer(const Settings& settings, const std::string& command,
                                 const std::vector<std::pair<const char*, std::string>>& options) {
  const std::filesystem::path trainer = program_dir() / "anireco-train";
  if (!std::filesystem::exists(trainer)) {
    throw Error(ErrorKind::not_found,
                "training the encoder needs anireco-train, which links LibTorch and is not built: "
                "`make trainer` does so",
                trainer.string());
  }
  std::vector<std::string> arguments = {trainer.string(), command};
  // What the program takes as flags; the trainer finds the rest where this process did.
  constexpr std::array<std::pair<const char*, const char*>, 5> kHandedOn = {
      {{"data_dir", "--data-dir"},
       {"model", "--model"},
       {"threads", "--threads"},
       {"precision", "--precision"},
       {"log_level", "--log-level"}}};
  for (const SettingValue& setting : settings.origins) {
    for (const auto& [key, option] : kHandedOn) {
      if (setting.key == key) arguments.insert(arguments.end(), {option, setting.value});
    }
  }
  for (const auto& [option, value] : options) {
    if (!value.empty()) arguments.insert(arguments.end(), {option, value});
  }
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execv(trainer.c_str(), pointers.data());
  throw Error(ErrorKind::unavailable, "anireco-train cannot be started",
              trainer.string() + ": " + std::strerror(errno));
}

std::string written(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

}  // namespace

int run_train_query(const Settings& settings, const TrainQueryOptions& o) {
  become_trainer(settings, "query",
                 {{"--recipe", o.recipe},
                  {"--franchises", o.franchises},
                  {"--out", o.out},
                  {"--exclude", o.exclude},
                  {"--stop-after", written(o.stop_after)}});
}

int run_train_triplet(const Settings& settings, const TrainTripletOptions& o) {
  become_trainer(settings, "triplet",
                 {{"--recipe", o.recipe},
                  {"--franchises", o.franchises},
                  {"--out", o.out},
                  {"--exclude", o.exclude},
                  {"--triplets", o.triplets},
                  {"--stop-after", written(o.stop_after)}});
}

int run_train_convert(const Settings& settings, const TrainConvertOptions& o) {
  become_trainer(settings, "convert", {{"--from", o.from}, {"--out", o.out}});
}

}  // namespace anireco::app
