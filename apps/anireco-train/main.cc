#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "../anireco/engine.h"
#include "../anireco/settings.h"
#include "base/error.h"
#include "base/file.h"
#include "encoder/safetensors_writer.h"
#include "encoder/sentence_encoder.h"
#include "evaluation/truth.h"
#include "ingest/publisher.h"
#include "query_trainer.h"
#include "search/searcher.h"
#include "training/request_file.h"
#include "training/title_pairs.h"

namespace anireco::trainer {
namespace {

struct Options {
  std::string recipe;
  std::string franchises;
  std::string exclude;
  std::string out;
  std::int64_t stop_after = INT64_MAX;
};

int train_query(const app::Settings& settings, const Options& o) {
  const Recipe recipe = read_recipe(o.recipe);
  const FranchiseTable table = FranchiseTable::read(o.franchises);
  std::set<std::uint32_t> excluded;
  if (!o.exclude.empty()) excluded = read_franchise_list(o.exclude);
  const auto store = app::open_store(settings);
  const auto snapshot = app::load_snapshot(settings, *store);
  const Catalog& catalog = *snapshot->catalog;
  const Publisher publisher(*store, settings.data_dir);
  const auto files = publisher.files(snapshot->generation);
  const MappedFile vectors(files->vectors);
  const VectorFileView view = parse_vector_file(vectors.bytes());

  const auto franchise_of = [&](DocId doc) { return table.of(catalog[doc].ids.mal); };
  const auto open = [&](DocId doc) { return catalog.level(doc) <= Level::standard; };
  const auto trains = [&](DocId doc) {
    const std::uint32_t franchise = franchise_of(doc);
    return open(doc) && !excluded.contains(franchise) && !is_validation_franchise(franchise);
  };
  const auto has_phrases = [&](DocId doc) { return !catalog[doc].remembered.empty(); };
  const double w = recipe.window_weight;
  const TitleRows train_rows(*snapshot, view, {trains, false, w});
  const TitleRows train_phrases(*snapshot, view,
                                {[&](DocId d) { return trains(d) && has_phrases(d); }, true, w});
  const TitleRows all(*snapshot, view, {open, false, w});
  const TitleRows all_phrases(*snapshot, view, {open, true, w});

  std::vector<QueryExample> train, validation;
  std::size_t unknown = 0;
  for (const auto& path : recipe.requests) {
    for (const TrainingRequest& request : read_training_requests(path)) {
      const auto doc = catalog.find("mal:" + std::to_string(request.mal));
      if (!doc) {
        ++unknown;
        continue;
      }
      const std::uint32_t franchise = franchise_of(*doc);
      if (excluded.contains(franchise)) {
        throw Error(ErrorKind::invalid_argument,
                    fmt::format("{}: a request for mal:{}, whose franchise is excluded",
                                path.filename().string(), request.mal));
      }
      SearchRequest search;
      search.text = request.query;
      const SearchPlan plan = plan_search(*snapshot, std::move(search));
      if (plan.text_to_encode.empty()) continue;
      auto& to = is_validation_franchise(franchise) ? validation : train;
      to.push_back({plan.text_to_encode, catalog.franchise(*doc)});
    }
  }
  fmt::print("{} requests train, {} validate, {} unknown; {} franchises, {} with phrases\n",
             train.size(), validation.size(), unknown, train_rows.franchises(),
             train_phrases.franchises());
  std::fflush(stdout);

  const ModelConfig config = read_model_config(settings.model_dir);
  const Safetensors weights = Safetensors::open(settings.model_dir / "model.safetensors");
  torch::manual_seed(recipe.seed);
  TrainableBert bert(
      weights, config,
      TrainableBertOptions{.rank = recipe.rank, .alpha = recipe.alpha, .dropout = recipe.dropout});
  const auto tokenizer = SentenceEncoder::load(settings.model_dir);
  QueryTrainer trainer(recipe, bert, *tokenizer, {&train_rows, &train_phrases, &all, &all_phrases});
  const auto save = [&] {
    write_file_atomic(std::filesystem::path(o.out) / "adapter_model.safetensors",
                      format_safetensors(bert->adapter_tensors(), TensorType::bf16));
    write_file_atomic(std::filesystem::path(o.out) / "adapter_config.json",
                      fmt::format("{{\"peft_type\": \"LORA\", \"r\": {}, \"lora_alpha\": {}}}\n",
                                  recipe.rank, recipe.alpha));
  };
  trainer.train(
      train, validation, {}, o.stop_after,
      [&](const Validation& v) {
        fmt::print("step {}: loss {:.4f}, hit@10 {:.3f} MRR {:.3f}, with phrases {:.3f} {:.3f}\n",
                   v.step, v.loss, v.hit10, v.mrr, v.hit10_phrases, v.mrr_phrases);
        std::fflush(stdout);
        save();
      },
      [](std::int64_t, double) {});
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app("Trains AniReco's encoder");
  Options options;
  std::map<std::string, std::string> flags;
  std::string data_dir, model;
  app.add_option("--recipe", options.recipe)->required();
  app.add_option("--franchises", options.franchises)->required();
  app.add_option("--exclude", options.exclude);
  app.add_option("--out", options.out)->required();
  app.add_option("--stop-after", options.stop_after);
  app.add_option("--data-dir", data_dir);
  app.add_option("--model", model);
  CLI11_PARSE(app, argc, argv);
  if (!data_dir.empty()) flags["data_dir"] = data_dir;
  if (!model.empty()) flags["model"] = model;
  return train_query(app::load_settings(flags), options);
}

}  // namespace
}  // namespace anireco::trainer

int main(int argc, char** argv) {
  try {
    return anireco::trainer::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "anireco-train: {}\n", e.what());
    return 1;
  }
}
