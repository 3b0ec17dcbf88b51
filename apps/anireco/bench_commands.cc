#include <fmt/format.h>

#include "base/error.h"
#include "base/stopwatch.h"
#include "bench_report.h"
#include "commands.h"
#include "engine.h"

namespace anireco::app {
namespace {

void report(const BenchOptions& options, std::vector<double> times, std::size_t titles,
            const StageTimes& stages) {
  const TimeReport r = summarise(std::move(times));
  if (options.json) {
    fmt::print(
        "{{\"n\":{},\"p50_ms\":{:.3f},\"p99_ms\":{:.3f},\"titles\":{},\"machine\":\"{}\"}}\n", r.n,
        r.p50_ms, r.p99_ms, titles, machine_name());
    return;
  }
  fmt::print("{} runs over {} titles on {}\np50 {:.2f} ms, p99 {:.2f} ms, greatest {:.2f} ms\n",
             r.n, titles, machine_name(), r.p50_ms, r.p99_ms, r.greatest_ms);
  const double n = static_cast<double>(r.n);
  fmt::print(
      "mean by stage: understand {:.2f}, filter {:.2f}, dense {:.2f}, lexical {:.2f}, rank {:.2f}, "
      "facets {:.2f} ms\n",
      stages.understand_ms / n, stages.filter_ms / n, stages.dense_ms / n, stages.lexical_ms / n,
      stages.rank_ms / n, stages.facets_ms / n);
}

/// A list of the first titles of the catalogue, finished and scored, with its taste.
ListUse bench_list(const Snapshot& snapshot, std::size_t titles) {
  if (titles == 0) return {};
  Profile profile{.name = "bench", .revision = 1};
  for (DocId doc = 0; doc < std::min(titles, snapshot.catalog->size()); ++doc) {
    profile.entries.push_back({.ids = (*snapshot.catalog)[doc].ids,
                               .status = ListStatus::completed,
                               .score = static_cast<std::uint8_t>(1 + doc % 10)});
  }
  Stopwatch watch;
  ListUse use;
  use.view =
      std::make_shared<const ListView>(view_list(profile, *snapshot.catalog, Level::standard));
  const double view_ms = watch.lap_ms();
  use.taste =
      std::make_shared<const Taste>(learn_taste(snapshot, list_opinions(profile, *use.view)));
  fmt::print(stderr, "list_view_ms\t{:.2f}\nlist_taste_ms\t{:.2f}\n", view_ms, watch.lap_ms());
  use.whole_franchises = true;
  return use;
}

}  // namespace

int run_bench_search(const Settings& settings, const BenchOptions& options) {
  const std::vector<std::string> texts = bench_texts(options);
  const Engine engine = open_engine(settings);
  std::vector<std::vector<float>> vectors;
  for (const std::string& text : texts) {
    SearchRequest request;
    request.text = text;
    const SearchPlan plan = plan_search(*engine.snapshot, std::move(request));
    vectors.push_back(engine.encoder && !plan.text_to_encode.empty()
                          ? engine.encoder->encoder().encode(plan.text_to_encode)
                          : std::vector<float>());
  }
  const ListUse list = bench_list(*engine.snapshot, options.list);
  std::vector<double> times;
  StageTimes stages;
  // The first round warms caches and page tables; it is not counted.
  for (std::size_t round = 0; round <= options.repeat; ++round) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      SearchRequest request;
      request.text = texts[i];
      request.list = list;
      Stopwatch whole;
      const SearchPlan plan = plan_search(*engine.snapshot, std::move(request));
      Stopwatch planned = whole;
      const double understand_ms = planned.lap_ms();
      const SearchResult result = run_search(
          *engine.snapshot, plan,
          vectors[i].empty() ? std::nullopt : std::optional(std::span<const float>(vectors[i])),
          Degraded::no);
      const double ms = whole.lap_ms();
      if (round == 0) continue;
      times.push_back(ms);
      stages.understand_ms += understand_ms;
      stages.filter_ms += result.times.filter_ms;
      stages.dense_ms += result.times.dense_ms;
      stages.lexical_ms += result.times.lexical_ms;
      stages.rank_ms += result.times.rank_ms;
      stages.facets_ms += result.times.facets_ms;
    }
  }
  report(options, std::move(times), engine.snapshot->catalog->size(), stages);
  return 0;
}

int run_bench_scan(const Settings& settings, const BenchOptions& options) {
  const Engine engine = open_engine(settings);
  if (!engine.snapshot->vectors || !engine.encoder) {
    throw Error(ErrorKind::unavailable, "bench scan needs vectors and the encoder");
  }
  const DocSet& allowed = engine.snapshot->catalog->visible(Level::standard);
  std::vector<double> times;
  StageTimes stages;
  for (const std::string& text : bench_texts(options)) {
    const std::vector<float> vector = engine.encoder->encoder().encode(text);
    for (std::size_t round = 0; round <= options.repeat; ++round) {
      Stopwatch watch;
      const auto hits = engine.snapshot->vectors->search(
          {.vector = vector, .limit = 1000, .allowed = &allowed, .window_weight = 0.5F});
      const double ms = watch.lap_ms();
      if (round == 0) continue;
      times.push_back(ms);
      stages.dense_ms += ms;
    }
  }
  report(options, std::move(times), engine.snapshot->catalog->size(), stages);
  return 0;
}

}  // namespace anireco::app
