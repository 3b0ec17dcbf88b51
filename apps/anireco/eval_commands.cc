#include <fmt/format.h>

#include "base/error.h"
#include "commands.h"
#include "engine.h"
#include "evaluation/evaluate.h"
#include "evaluation/evaluate_lists.h"
#include "json_output.h"
#include "output.h"
#include "training/evaluate_triplets.h"

namespace anireco::app {
namespace {

EvaluationOptions make_options(const Engine& engine, const EvalOptions& o, ProgressLine& progress) {
  EvaluationOptions options;
  SearchRequest& request = options.request;
  request.filter.level = *parse_level(o.level);
  if (o.fusion == "rrf") request.fusion.method = FusionMethod::rrf;
  if (o.fusion == "minmax") request.fusion.method = FusionMethod::minmax;
  if (o.fusion == "dbsf") request.fusion.method = FusionMethod::dbsf;
  if (o.popularity) request.fusion.popularity = *o.popularity;
  if (o.window_weight) request.fusion.window_weight = *o.window_weight;
  if (o.dense_weight) request.fusion.dense_weight = *o.dense_weight;
  if (o.lexical_weight) request.fusion.lexical_weight = *o.lexical_weight;
  request.use_dense = !o.no_dense;
  request.use_lexical = !o.no_lexical;
  request.understand = !o.no_understanding;
  options.encode = [&engine](const std::string& text) {
    return engine.encoder ? engine.encoder->encoder().encode(text) : std::vector<float>();
  };
  options.progress = [&progress](std::size_t done, std::size_t total) {
    progress.show(fmt::format("{} of {} queries", done, total));
  };
  return options;
}

int report(const Evaluation& evaluation, const EvalOptions& options, std::string_view tag) {
  if (!options.run.empty()) write_trec_run(evaluation.run, std::string(tag), options.run);
  if (options.json) {
    fmt::print("{}\n", to_json(evaluation));
    return 0;
  }
  Table table({"group", "n", "hit@1", "hit@10", "MRR", "nDCG@10", "recall@50"});
  const auto cell = [](const Interval& i) {
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", i.value, i.low, i.high);
  };
  for (const auto& [name, g] : evaluation.groups) {
    table.add({name, std::to_string(g.queries), cell(g.hit1), cell(g.hit10), cell(g.mrr),
               cell(g.ndcg10), cell(g.recall50)});
  }
  table.print();
  fmt::print("missing_queries\t{}\n", evaluation.missing_queries);
  return 0;
}

}  // namespace

int run_eval_search(const Settings& settings, const EvalOptions& options) {
  const std::vector<JudgedQuery> queries = read_judged_queries(options.queries);
  const FranchiseTable franchises = FranchiseTable::read(options.franchises);
  const Engine engine = open_engine(settings);
  ProgressLine progress;
  const Evaluation evaluation = evaluate_search(*engine.snapshot, queries, franchises,
                                                make_options(engine, options, progress));
  progress.clear();
  return report(evaluation, options, "anireco-search");
}

int run_eval_similar(const Settings& settings, const EvalOptions& options) {
  const std::vector<JudgedPair> pairs = read_judged_pairs(options.pairs);
  const FranchiseTable franchises = FranchiseTable::read(options.franchises);
  const Engine engine = open_engine(settings);
  ProgressLine progress;
  const Evaluation evaluation = evaluate_similar(*engine.snapshot, pairs, options.split, franchises,
                                                 make_options(engine, options, progress));
  progress.clear();
  return report(evaluation, options, "anireco-similar");
}

int run_eval_triplets(const Settings& settings, const EvalTripletsOptions& options) {
  const auto store = open_store(settings);
  const auto snapshot = load_snapshot(settings, *store);
  // Nothing is trained: franchises need not be told apart.
  const FranchiseTable none;
  std::vector<Triplet> triplets =
      read_triplets(options.triplets, *snapshot->catalog,
                    {.franchises = &none, .least = 0, .least_validation = 0});
  const bool validation = options.set == "validation";
  std::erase_if(triplets, [&](const Triplet& t) { return t.validation != validation; });
  if (triplets.empty()) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{}: no triplet of the set \"{}\" has its titles in the catalogue",
                            options.triplets, options.set));
  }
  ProgressLine progress;
  const std::vector<TripletFigure> figures =
      evaluate_triplets(*snapshot, triplets, [&](std::size_t done, std::size_t total) {
        progress.show(fmt::format("{} of {} triplets", done, total));
      });
  progress.clear();
  if (options.json) {
    fmt::print("{}\n", to_json(options.set, figures));
    return 0;
  }
  Table table({"judged by", "n", "positive nearer"});
  for (const TripletFigure& f : figures) {
    table.add(
        {f.method, std::to_string(f.triplets),
         fmt::format("{:.3f} [{:.3f}, {:.3f}]", f.nearer.value, f.nearer.low, f.nearer.high)});
  }
  table.print();
  return 0;
}

int run_eval_lists(const Settings& settings, const EvalListsOptions& options) {
  const std::vector<RatedList> lists = read_rated_lists(options.ratings);
  const auto store = open_store(settings);
  const auto snapshot = load_snapshot(settings, *store);
  ProgressLine progress;
  ListEvaluationOptions o{.people = options.users, .seed = options.seed};
  o.part = options.part == "even"  ? ListPart::even
           : options.part == "odd" ? ListPart::odd
                                   : ListPart::all;
  o.progress = [&progress](std::size_t done, std::size_t total) {
    progress.show(fmt::format("{} of {} people", done, total));
  };
  const ListEvaluation evaluation = evaluate_lists(snapshot, lists, o);
  progress.clear();
  if (options.json) {
    fmt::print("{}\n", to_json(evaluation));
    return 0;
  }
  Table table({"method", "n", "hit@10", "nDCG@10", "MRR"});
  const auto cell = [](const Interval& i) {
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]", i.value, i.low, i.high);
  };
  for (const auto& [name, f] : evaluation.methods) {
    table.add(
        {name, std::to_string(evaluation.people), cell(f.hit10), cell(f.ndcg10), cell(f.mrr)});
  }
  table.print();
  fmt::print("learn_ms\t{:.2f}\n", evaluation.learn_ms);
  return 0;
}

}  // namespace anireco::app
