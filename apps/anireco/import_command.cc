#include <fmt/format.h>

#include <cstdio>

#include "base/error.h"
#include "commands.h"
#include "engine.h"
#include "exchange_commands.h"
#include "import_progress.h"
#include "ingest/importer.h"
#include "json_output.h"
#include "output.h"
#include "signal_stop.h"

namespace anireco::app {

int run_import(const Settings& settings, const ImportOptions& options) {
  if (options.files.empty() && options.vectors.empty()) {
    throw Error(ErrorKind::invalid_argument, "import: name a FILE, or --vectors FOLDER");
  }
  const SignalStop signals;
  const std::unique_ptr<CatalogStore> store = open_store(settings);
  const std::shared_ptr<EncoderScheduler> encoder = load_encoder(settings, EncoderRole::documents);
  const std::unique_ptr<GenerationPublisher> publisher =
      make_publisher(settings, *store, signals.token());
  Importer importer(*store, *publisher, encoder.get());
  ProgressLine progress;
  anireco::ImportOptions import_options;
  import_options.source = options.source;
  if (!options.relations.empty()) import_options.relations.emplace_back(options.relations);
  import_options.vectors = options.vectors;
  import_options.columnar_module = parquet_module();
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
    if (!options.vectors.empty()) fmt::print("{} vectors taken\n", report.vectors_taken);
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
