#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/gzip_writer.h"
#include "base/peak_memory.h"
#include "base/stopwatch.h"
#include "catalog/anime_json.h"
#include "commands.h"
#include "engine.h"
#include "import_progress.h"
#include "ingest/catalogue_maker.h"
#include "ingest/clean_record.h"
#include "ingest/encoded_texts.h"
#include "ingest/importer.h"
#include "ingest/noisy_encoder.h"
#include "ingest/publisher.h"
#include "output.h"
#include "signal_stop.h"
#include "tensor/bfloat16.h"

namespace anireco::app {
namespace {

namespace fs = std::filesystem;

/// The vectors of a catalogue's titles, and which belong to which.
struct RealVectors {
  std::vector<float> rows;
  std::size_t dimension = 0;
  std::vector<std::vector<std::uint32_t>> of_title;  ///< Row numbers: its own, then its windows'.
};

RealVectors read_vectors(const CatalogStore& store, const std::string& fingerprint,
                         const std::vector<Anime>& titles) {
  RealVectors real;
  real.of_title.resize(titles.size());
  for (std::size_t i = 0; i < titles.size(); ++i) {
    std::vector<TextHash> hashes;
    for (const std::string& text : encoded_texts(titles[i])) hashes.push_back(text_hash(text));
    std::vector<StoredVector> stored = store.vectors(fingerprint, hashes);
    for (const TextHash& hash : hashes) {
      const auto found = std::ranges::find(stored, hash, &StoredVector::text);
      if (found == stored.end()) continue;
      real.dimension = found->values.size();
      real.of_title[i].push_back(static_cast<std::uint32_t>(real.rows.size() / real.dimension));
      for (const std::uint16_t bits : found->values) real.rows.push_back(to_float({bits}));
    }
  }
  return real;
}

struct Made {
  std::size_t texts = 0;
  std::size_t bytes = 0;
};

/// Writes the records and tells the encoder whose vectors their texts take after.
Made write_titles(CatalogueMaker& maker, const CatalogueOptions& options, const RealVectors& real,
                  NoisyEncoder* encoder, const fs::path& path, const std::stop_token& stop) {
  Made made;
  AtomicFileWriter file(path);
  GzipWriter gzip([&file](std::string_view bytes) { file.append(bytes); });
  for (std::size_t n = 0; n < options.titles; ++n) {
    if (stop.stop_requested()) throw Error(ErrorKind::unavailable, "stopped");
    Anime anime = maker.next();
    clean_record(anime);
    const std::vector<std::string> texts = encoded_texts(anime);
    const std::vector<std::uint32_t>& rows = real.of_title[maker.model()];
    for (std::size_t i = 0; encoder != nullptr && !rows.empty() && i < texts.size(); ++i) {
      encoder->name(texts[i], rows[std::min(i, rows.size() - 1)]);
    }
    made.texts += texts.size();
    const std::string line = to_json(anime) + "\n";
    made.bytes += line.size();
    gzip.append(line);
  }
  gzip.finish();
  file.commit();
  return made;
}

}  // namespace

int run_make_catalogue(const Settings& settings, const CatalogueOptions& options) {
  const fs::path out = options.out;
  std::error_code error;
  if (fs::weakly_canonical(out, error) == fs::weakly_canonical(settings.data_dir, error)) {
    throw Error(ErrorKind::invalid_argument, "--out must be another folder than the data folder");
  }
  if (!has_record(settings)) {
    throw Error(ErrorKind::not_found, "there is no catalogue to take after",
                settings.data_dir.string());
  }
  const SignalStop signals;
  Stopwatch watch;
  const std::unique_ptr<CatalogStore> store = open_store(settings);
  const std::string fingerprint = store->generation().model_fingerprint;
  CatalogueMaker maker(store->load(), options.titles, options.seed);
  RealVectors real = read_vectors(*store, fingerprint, maker.base());
  std::shared_ptr<NoisyEncoder> encoder;
  if (!real.rows.empty()) {
    encoder = std::make_shared<NoisyEncoder>(std::move(real.rows), real.dimension, fingerprint,
                                             options.noise);
  }
  make_folders(out);
  const fs::path records = out / "made.jsonl.gz";
  const Made made = write_titles(maker, options, real, encoder.get(), records, signals.token());
  const double made_s = watch.lap_ms() / 1000;

  Settings target = settings;
  target.data_dir = out;
  target.database_url.clear();
  const std::unique_ptr<CatalogStore> new_store = open_store(target);
  std::unique_ptr<EncoderScheduler> scheduler;
  if (encoder) scheduler = std::make_unique<EncoderScheduler>(encoder);
  Publisher publisher(*new_store, out);
  Importer importer(*new_store, publisher, scheduler.get());
  ProgressLine progress;
  anireco::ImportOptions import_options;
  import_options.source = "made";
  import_options.stop = signals.token();
  import_options.on_progress = [&](const ImportProgress& p) { progress.show(progress_text(p)); };
  const std::vector<fs::path> files = {records};
  const ImportReport report = importer.run(files, import_options);
  progress.clear();
  const double import_s = watch.lap_ms() / 1000;
  if (report.stopped) {
    fmt::print(stderr, "stopped; the same command goes on where it ended\n");
    return 1;
  }
  if (options.json) {
    fmt::print(
        "{{\"titles\":{},\"after\":{},\"texts\":{},\"vectors\":{},\"bytes\":{},\"make_s\":{:.1f},"
        "\"import_s\":{:.1f},\"peak_mib\":{:.0f}}}\n",
        new_store->count(), maker.base().size(), made.texts, report.texts, made.bytes, made_s,
        import_s, peak_memory_mib());
  } else {
    fmt::print(
        "{} titles after {}, {} texts, {:.1f} MB of records\nmade in {:.1f} s, imported in {:.1f} "
        "s ({} of {} texts new), {:.0f} MiB at most\n",
        new_store->count(), maker.base().size(), made.texts, static_cast<double>(made.bytes) / 1e6,
        made_s, import_s, report.texts_encoded, report.texts, peak_memory_mib());
  }
  return 0;
}

}  // namespace anireco::app
