#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "catalog/anime_json.h"
#include "catalog/lock_file.h"
#include "commands.h"
#include "engine.h"
#include "gather/dates.h"
#include "gather/gather_run.h"
#include "gather/record_lines.h"
#include "gather_output.h"
#include "gather_sources.h"
#include "import_progress.h"
#include "net/curl_fetcher.h"
#include "net/local_file_fetcher.h"
#include "net/polite_fetcher.h"
#include "output.h"
#include "signal_stop.h"

namespace anireco::app {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

/// The way to one source: the web with manners, or the disk.
class Reach {
 public:
  Reach(const ChosenSource& chosen, const Settings& settings, Clock& clock, std::stop_token stop,
        unsigned max_tries = PoliteOptions{}.max_tries)
      : name_(chosen.source->name()), file_(chosen.file) {
    PoliteOptions options{.user_agent = settings.gather_user_agent,
                          .limit = chosen.limit,
                          .max_tries = max_tries,
                          .jitter_seed = std::random_device()(),
                          .stop = std::move(stop)};
    if (chosen.loopback) {
      options.first_wait = milliseconds(20);
      options.longest_wait = milliseconds(500);
    }
    options.on_retry = [this](const RetryNotice& n) {
      log_info("{}: {}, asking again in {:.1f} s (try {} failed)", name_, n.reason,
               static_cast<double>(n.wait.count()) / 1000, n.try_number);
    };
    polite_ = std::make_unique<PoliteFetcher>(web_, clock, options);
  }
  HttpFetcher& fetcher() {
    if (file_) return disk_;
    return *polite_;
  }

 private:
  std::string name_;
  bool file_ = false;
  LocalFileFetcher disk_;
  CurlFetcher web_;
  std::unique_ptr<PoliteFetcher> polite_;
};

WalkOptions walk_options(const Settings& settings, const ChosenSource& chosen) {
  WalkOptions options;
  options.timeout = std::chrono::seconds(settings.gather_timeout);
  options.stall_timeout = std::chrono::seconds(std::min(settings.gather_timeout, 30U));
  options.max_body_bytes = std::size_t{64} << 20;
  // A file of all titles is larger and takes longer than a page of them.
  const SourceTerms terms = chosen.source->terms();
  if (terms.page_size >= terms.expected_titles) {
    options.timeout *= 20;
    options.max_body_bytes *= 8;
  }
  if (chosen.loopback) options.retry_wait = milliseconds(20);
  return options;
}

/// The names of the sources wanted (none: all that the settings allow); `urls` gets the addresses
/// of those that are elsewhere.
std::vector<std::string> choose_names(const Settings& settings, const GatherOptions& options,
                                      std::map<std::string, std::string>& urls) {
  urls = read_base_urls(settings.gather_urls);
  std::vector<std::string> names = options.sources;
  std::string only = options.check;
  if (only.empty() && names.size() == 1) only = names.front();
  for (auto& [name, url] : read_base_urls(options.base_urls, only)) urls[name] = url;
  if (!options.airing || !names.empty()) return names;
  // What an update reads again is what was gathered; the offline database has nothing new to say.
  for (const std::string& name : source_names()) {
    const bool allowed = name == "mal"     ? !settings.mal_client_id.empty()
                         : name == "jikan" ? urls.contains("jikan")
                                           : true;
    if (name != "offline" && allowed &&
        fs::exists(settings.data_dir / "gather" / name / "all" / "records.jsonl")) {
      names.push_back(name);
    }
  }
  if (names.empty()) {
    for (const ChosenSource& chosen : choose_sources(settings, {}, urls)) {
      if (chosen.source->name() != "offline") names.emplace_back(chosen.source->name());
    }
  }
  return names;
}

int run_check(const Settings& settings, const GatherOptions& options) {
  std::map<std::string, std::string> urls;
  choose_names(settings, options, urls);
  const std::vector<ChosenSource> sources = choose_sources(settings, {options.check}, urls);
  const ChosenSource& chosen = sources.front();
  const SignalStop signals;
  SystemClock clock;
  // Somebody waits for the answer, and a second try tells a hiccup from a server that is away.
  Reach reach(chosen, settings, clock, signals.token(), 2);
  const WalkOptions limits = walk_options(settings, chosen);
  FetchRequest request = chosen.source->page_request(GatherScope::all, "");
  request.timeout = limits.timeout;
  request.stall_timeout = limits.stall_timeout;
  request.max_body_bytes = limits.max_body_bytes;
  const FetchResponse response = reach.fetcher().fetch(request);
  if (response.status != 200) {
    throw Error(ErrorKind::unavailable,
                fmt::format("{} answered with status {}", options.check, response.status));
  }
  std::vector<std::string> differences = chosen.source->check_page(response.body);
  std::size_t titles = 0;
  try {
    const SourcePage page = chosen.source->read_page(GatherScope::all, "", response.body);
    titles = page.records.size();
    if (titles == 0) differences.emplace_back("the page has no title that can be read");
    for (const std::string& problem : page.problems) differences.push_back("problem: " + problem);
  } catch (const Error& e) {
    differences.push_back(fmt::format("the page cannot be read: {}", e.what()));
  }
  if (options.json) {
    fmt::print("{}\n", check_to_json(options.check, titles, differences));
  } else {
    for (const std::string& difference : differences) fmt::print("{}\n", difference);
    fmt::print("{}: {} titles read, {}\n", options.check, titles,
               differences.empty() ? "all as documented"
                                   : fmt::format("{} differences", differences.size()));
  }
  return differences.empty() ? 0 : 1;
}

/// What a run is told apart by: one with other wishes begins anew.
std::string parameters_of(const std::vector<ChosenSource>& sources, const GatherOptions& options) {
  std::string text = fmt::format("{} {}", options.airing ? "airing" : "all", options.since);
  for (const ChosenSource& chosen : sources) {
    const FetchRequest first = chosen.source->page_request(GatherScope::all, "");
    text += fmt::format(" {}:{}", chosen.source->name(), request_hash(first));
  }
  return text;
}

void count_coverage(const fs::path& records, Coverage& coverage) {
  for_each_line(records,
                [&](std::string_view line) { coverage.add(parse_anime_json(line).anime); });
}

class GatherJob {
 public:
  GatherJob(const Settings& settings, const GatherOptions& options,
            std::vector<ChosenSource> sources)
      : settings_(settings),
        options_(options),
        sources_(std::move(sources)),
        folder_(settings.data_dir / "gather"),
        scope_(options.airing ? GatherScope::airing : GatherScope::all) {}

  int run() {
    for (const ChosenSource& chosen : sources_) {
      outcome_.plan.push_back(plan_source(*chosen.source, scope_, chosen.limit));
    }
    if (!options_.json) print_plan(outcome_.plan);
    if (options_.dry_run) {
      if (options_.json) fmt::print("{}\n", to_json(outcome_));
      return 0;
    }
    std::fflush(stdout);
    make_folders(folder_);
    const auto lock = lock_file(folder_ / "lock");
    const GatherRun run = begin_run(run_folder(), parameters_of(sources_, options_), clock_);
    if (run.resumed) log_info("going on with the run that did not come to its end");
    for (const ChosenSource& chosen : sources_) {
      read_source(chosen, run.id);
      if (outcome_.stopped) break;
    }
    const bool failed =
        std::ranges::any_of(outcome_.sources, [](const auto& s) { return !s.error.empty(); });
    if (!outcome_.stopped) import();
    if (!outcome_.stopped && !failed) end_run(run_folder());
    report();
    return outcome_.stopped || failed ? 1 : 0;
  }

 private:
  /// An update between two halves of a gather leaves that run as it is.
  fs::path run_folder() const { return options_.airing ? folder_ / "update" : folder_; }

  void read_source(const ChosenSource& chosen, const std::string& run) {
    GatheredSource gathered{.name = std::string(chosen.source->name())};
    Reach reach(chosen, settings_, clock_, signals_.token());
    WalkOptions options = walk_options(settings_, chosen);
    options.scope = scope_;
    options.since = options_.since;
    options.run = run;
    options.stop = signals_.token();
    options.on_progress = [&](const WalkProgress& p) { show(gathered.name, p); };
    try {
      gathered.walk =
          walk_source(*chosen.source, reach.fetcher(), clock_, folder_ / gathered.name, options);
      if (gathered.walk.stopped) {
        outcome_.stopped = true;
        gathered.error = "stopped";
      } else {
        count_coverage(gathered.walk.records, gathered.coverage);
      }
    } catch (const Error& e) {
      gathered.error = e.what();
      log_error("{}: {} ({})", gathered.name, e.what(), e.context());
    }
    progress_.clear();
    for (const std::string& problem : gathered.walk.problems) {
      log_info("{}: {}", gathered.name, problem);
    }
    if (!options_.json && !outcome_.stopped) print_walk(gathered);
    std::fflush(stdout);
    outcome_.sources.push_back(std::move(gathered));
  }

  void show(const std::string& name, const WalkProgress& p) {
    const double share =
        p.total == 0 ? 0
                     : std::min(1.0, static_cast<double>(p.titles) / static_cast<double>(p.total));
    std::string text = progress_bar(name.c_str(), share) + fmt::format("  {} titles", p.titles);
    if (p.seconds_left >= 60) {
      text += fmt::format("  {:.0f} min left", p.seconds_left / 60);
    } else if (p.seconds_left > 0) {
      text += fmt::format("  {:.0f} s left", p.seconds_left);
    }
    progress_.show(text);
  }

  void import() {
    std::vector<fs::path> files;
    anireco::ImportOptions options;
    for (const GatheredSource& source : outcome_.sources) {
      if (!source.error.empty()) continue;
      files.push_back(source.walk.records);
      options.file_sources.push_back(source.name);
    }
    if (files.empty()) return;
    options.stop = signals_.token();
    options.on_progress = [&](const ImportProgress& p) { progress_.show(progress_text(p)); };
    options.on_problem = [&](const LineProblem& p) {
      progress_.clear();
      log_warning("{}:{}: {}", p.file, p.line, p.reason);
    };
    const std::unique_ptr<CatalogStore> store = open_store(settings_);
    const std::shared_ptr<EncoderScheduler> encoder =
        load_encoder(settings_, EncoderRole::documents);
    const std::unique_ptr<GenerationPublisher> publisher =
        make_publisher(settings_, *store, signals_.token());
    outcome_.import = Importer(*store, *publisher, encoder.get()).run(files, options);
    outcome_.stopped = outcome_.import->stopped;
    progress_.clear();
    for (const Anime& anime : store->load()) outcome_.catalogue.add(anime);
  }

  void report() const {
    if (options_.json) {
      fmt::print("{}\n", to_json(outcome_));
    } else if (outcome_.import) {
      const ImportReport& r = *outcome_.import;
      fmt::print("{} titles added, {} changed, {} unchanged; {} of {} texts encoded\n",
                 r.titles.added, r.titles.changed, r.titles.unchanged, r.texts_encoded, r.texts);
      fmt::print("generation {}{}\n", r.generation.number,
                 r.published ? "" : " (nothing had changed)");
      if (!outcome_.stopped) print_coverage(outcome_);
    }
    if (outcome_.stopped) {
      fmt::print(stderr, "stopped; the same command goes on where it ended\n");
    }
  }

  const Settings& settings_;
  const GatherOptions& options_;
  std::vector<ChosenSource> sources_;
  fs::path folder_;
  GatherScope scope_;
  SystemClock clock_;
  SignalStop signals_;
  ProgressLine progress_;
  GatherOutcome outcome_;
};

}  // namespace

int run_gather(const Settings& settings, const GatherOptions& options) {
  if (!options.check.empty()) {
    if (options.dry_run) {
      throw Error(ErrorKind::invalid_argument,
                  "--check asks the server for a page, --dry-run nobody: one of the two");
    }
    return run_check(settings, options);
  }
  if (!options.since.empty() && !is_date(options.since)) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("--since: \"{}\" is not a date as 2026-01-31", options.since));
  }
  std::map<std::string, std::string> urls;
  const std::vector<std::string> names = choose_names(settings, options, urls);
  return GatherJob(settings, options, choose_sources(settings, names, urls)).run();
}

}  // namespace anireco::app
