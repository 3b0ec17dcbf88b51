#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "base/error.h"
#include "commands.h"
#include "engine.h"
#include "ingest/importer.h"
#include "json_output.h"
#include "output.h"

namespace anireco::app {
namespace {

/// Turns SIGINT and SIGTERM into a stop request for the life of the object.
class SignalStop {
 public:
  SignalStop() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    waiter_ = std::jthread([this](const std::stop_token& ended) {
      const timespec step{.tv_sec = 0, .tv_nsec = 100'000'000};
      while (!ended.stop_requested()) {
        if (sigtimedwait(&signals_, nullptr, &step) > 0) stop_.request_stop();
      }
    });
  }
  ~SignalStop() {
    waiter_.request_stop();
    waiter_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SignalStop(const SignalStop&) = delete;
  SignalStop& operator=(const SignalStop&) = delete;
  std::stop_token token() const { return stop_.get_token(); }

 private:
  sigset_t signals_{};
  sigset_t before_{};
  std::stop_source stop_;
  std::jthread waiter_;
};

std::string progress_text(const ImportProgress& p) {
  constexpr int kBar = 24;
  const double share =
      p.total == 0 ? 0 : static_cast<double>(p.done) / static_cast<double>(p.total);
  const int filled = static_cast<int>(share * kBar);
  const char* stage = p.stage == ImportStage::reading    ? "reading"
                      : p.stage == ImportStage::encoding ? "encoding"
                                                         : "publishing";
  std::string text = fmt::format("{:<10} [{:█<{}}{:░<{}}] {:3.0f} %", stage, "", filled, "",
                                 kBar - filled, share * 100);
  if (p.per_second > 0) {
    text += fmt::format("  {:.0f} {}/s", p.per_second,
                        p.stage == ImportStage::encoding ? "texts" : "titles");
  }
  if (p.seconds_left > 0) text += fmt::format("  {:.0f} s left", p.seconds_left);
  return text;
}

}  // namespace

int run_import(const Settings& settings, const ImportOptions& options) {
  const SignalStop signals;
  const std::unique_ptr<CatalogStore> store = open_store(settings);
  const std::shared_ptr<EncoderScheduler> encoder = load_encoder(settings);
  Publisher publisher(*store, settings.data_dir);
  Importer importer(*store, publisher, encoder.get());
  ProgressLine progress;
  anireco::ImportOptions import_options;
  import_options.source = options.source;
  if (!options.relations.empty()) import_options.relations.emplace_back(options.relations);
  import_options.strict = options.strict;
  import_options.stop = signals.token();
  import_options.on_progress = [&](const ImportProgress& p) { progress.show(progress_text(p)); };
  import_options.on_problem = [&](const LineProblem& p) {
    progress.clear();
    fmt::print(stderr, "{}:{}: {}{}\n", p.file, p.line, p.reason,
               p.skipped ? " (line skipped)" : "");
  };
  const std::vector<std::filesystem::path> files(options.files.begin(), options.files.end());
  const ImportReport report = importer.run(files, import_options);
  progress.clear();
  if (options.json) {
    fmt::print("{}\n", to_json(report));
  } else {
    fmt::print("{} lines read, {} skipped, {} with warnings\n", report.lines, report.bad_lines,
               report.warnings);
    fmt::print("{} titles added, {} changed, {} unchanged\n", report.titles.added,
               report.titles.changed, report.titles.unchanged);
    if (!options.relations.empty()) {
      fmt::print("{} relations, {} about titles that are not here\n", report.relations,
                 report.relations_unknown);
    }
    fmt::print("{} of {} texts encoded\n", report.texts_encoded, report.texts);
    fmt::print("generation {}{}\n", report.generation.number,
               report.published ? "" : " (nothing had changed)");
  }
  if (report.stopped) {
    fmt::print(stderr, "stopped; the same command goes on where it ended\n");
    return 1;
  }
  if (report.lines > 0 && report.bad_lines >= report.lines) {
    fmt::print(stderr, "no line could be taken\n");
    return 1;
  }
  return 0;
}

}  // namespace anireco::app
