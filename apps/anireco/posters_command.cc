#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdio>
#include <random>

#include "base/clock.h"
#include "base/error.h"
#include "catalog/lock_file.h"
#include "engine.h"
#include "exchange_commands.h"
#include "gather/poster_run.h"
#include "net/curl_fetcher.h"
#include "net/polite_fetcher.h"
#include "output.h"
#include "signal_stop.h"

namespace anireco::app {
namespace {

void print(const PosterReport& r, bool json) {
  if (json) {
    boost::json::object reasons;
    for (const auto& [reason, count] : r.reasons) reasons[reason] = count;
    fmt::print("{}\n", boost::json::serialize(boost::json::object{{"titles", r.titles},
                                                                  {"without", r.without},
                                                                  {"present", r.present},
                                                                  {"fetched", r.fetched},
                                                                  {"failed", r.failed},
                                                                  {"waiting", r.waiting},
                                                                  {"bytes", r.bytes},
                                                                  {"reasons", reasons},
                                                                  {"stopped", r.stopped}}));
    return;
  }
  fmt::print(
      "{} titles: {} posters fetched ({:.1f} MB), {} were here, {} failed, {} name none, "
      "{} wait for the next run\n",
      r.titles, r.fetched, static_cast<double>(r.bytes) / 1e6, r.present, r.failed, r.without,
      r.waiting);
  for (const auto& [reason, count] : r.reasons) fmt::print("  {} failed: {}\n", count, reason);
}

}  // namespace

int run_posters_fetch(const Settings& settings, const ExchangeOptions& options) {
  const SignalStop signals;
  if (!has_record(settings)) {
    throw Error(ErrorKind::not_found, "there is no catalogue to fetch posters for",
                settings.data_dir.string());
  }
  const auto store = open_store(settings);
  const auto folder = settings.data_dir / "posters";
  std::filesystem::create_directories(folder);
  const auto lock = lock_file(settings.data_dir / "posters.lock");
  const auto records = store->load();
  SystemClock clock;
  CurlFetcher web;
  PoliteFetcher polite(web, clock,
                       {.user_agent = settings.gather_user_agent,
                        .limit = {.per_second = options.rate},
                        .max_tries = 3,
                        .jitter_seed = std::random_device()(),
                        .stop = signals.token()});
  ProgressLine progress;
  PosterOptions run;
  run.limit = options.limit;
  run.stop = signals.token();
  run.on_progress = [&](std::size_t done, std::size_t total) {
    progress.show(fmt::format("posters    {} of {}, {:.0f} min left", done, total,
                              static_cast<double>(total - done) / options.rate / 60));
  };
  run.on_problem = [&](const std::string& id, const std::string& reason) {
    progress.clear();
    fmt::print(stderr, "{}: {}\n", id, reason);
  };
  const PosterReport report = fetch_posters(records, folder, polite, run);
  progress.clear();
  print(report, options.json);
  if (report.stopped) {
    if (!signals.token().stop_requested()) {
      fmt::print(stderr, "{} failures of one kind in a row: no more are asked for\n",
                 run.give_up_after);
    }
    fmt::print(stderr, "stopped; the same command goes on where it ended\n");
    return 1;
  }
  return report.failed > 0 && report.fetched + report.present == 0 ? 1 : 0;
}

}  // namespace anireco::app
