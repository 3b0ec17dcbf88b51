#include "train_options.h"

namespace anireco::app {
namespace {

void add_similar(CLI::App& train, TrainSimilarOptions& o, const OnCommand& on) {
  CLI::App* similar = train.add_subcommand("similar", "How likeness of titles is judged");
  similar->add_option("--pairs", o.pairs, "tab-separated pairs of alike titles")->required();
  similar->add_option("--split", o.split, "split to learn from")->capture_default_str();
  similar->add_option("--franchises", o.franchises, "tab-separated mal_id and franchise_id")
      ->required();
  similar->add_option("--exclude", o.exclude,
                      "franchise ids, one a line, that no pair or triplet may touch");
  similar
      ->add_option("--genre-triplets", o.genre_triplets,
                   "triplets of like genres to learn beside the pairs; a fifth measures")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str();
  similar->add_option("--triplet-weight", o.triplet_weight, "of their loss beside that of pairs")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  similar->add_option("--dimension", o.dimension, "of the affinity space")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  similar->add_option("--seed", o.seed, "of everything random")->capture_default_str();
  similar->add_option("--out", o.out, "model file to write")->required();
  on(similar, [&o](const Settings& s) { return run_train_similar(s, o); });
}

void add_fusion(CLI::App& train, TrainFusionOptions& o, const OnCommand& on) {
  CLI::App* fusion = train.add_subcommand("fusion", "How the legs of a text search are weighed");
  fusion->add_option("--requests", o.requests, "JSON lines {mal, kind, query}")->required();
  fusion->add_option("--franchises", o.franchises, "tab-separated mal_id and franchise_id")
      ->required();
  fusion->add_option("--exclude", o.exclude, "franchise ids, one a line, that take no part");
  fusion->add_option("--out", o.out, "model file to write")->required();
  on(fusion, [&o](const Settings& s) { return run_train_fusion(s, o); });
}

/// Of a run by a recipe, which may be stopped and gone on with.
template <typename Options>
void add_run_options(CLI::App& command, Options& o) {
  command.add_option("--recipe", o.recipe, "settings of the run, JSON")->required();
  command.add_option("--franchises", o.franchises, "tab-separated mal_id and franchise_id")
      ->required();
  command.add_option("--exclude", o.exclude, "franchise ids, one a line, that take no part");
  command.add_option("--stop-after", o.stop_after, "stop at this step; run again to go on")
      ->check(CLI::PositiveNumber);
}

void add_query(CLI::App& train, TrainQueryOptions& o, const OnCommand& on) {
  CLI::App* query = train.add_subcommand("query", "How requests are encoded (needs make trainer)");
  add_run_options(*query, o);
  query->add_option("--out", o.out, "folder for adapter, checkpoint and report")->required();
  on(query, [&o](const Settings& s) { return run_train_query(s, o); });
}

void add_triplet(CLI::App& train, TrainTripletOptions& o, const OnCommand& on) {
  CLI::App* triplet = train.add_subcommand(
      "triplet", "An encoder with a head, by triplets of genres (needs make trainer)");
  add_run_options(*triplet, o);
  triplet->add_option("--triplets", o.triplets, "triplets as a run writes them; else mined");
  triplet->add_option("--out", o.out, "folder for model, checkpoint and report")->required();
  on(triplet, [&o](const Settings& s) { return run_train_triplet(s, o); });
}

void add_convert(CLI::App& train, TrainConvertOptions& o, const OnCommand& on) {
  CLI::App* convert = train.add_subcommand(
      "convert", "A model folder to a PyTorch .pt file or back (needs make trainer)");
  convert->add_option("--from", o.from, "model folder or .pt file")->required();
  convert->add_option("--out", o.out, "the other of the two")->required();
  on(convert, [&o](const Settings& s) { return run_train_convert(s, o); });
}

}  // namespace

void add_train_commands(CLI::App& app, TrainOptions& options, const OnCommand& on) {
  CLI::App* train = app.add_subcommand("train", "Learn from judged pairs");
  train->require_subcommand(1);
  add_similar(*train, options.similar, on);
  add_fusion(*train, options.fusion, on);
  add_query(*train, options.query, on);
  add_triplet(*train, options.triplet, on);
  add_convert(*train, options.convert, on);
}

}  // namespace anireco::app
