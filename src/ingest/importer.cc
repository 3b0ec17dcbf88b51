#include "ingest/importer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_map>

#include "base/error.h"
#include "base/gzip_reader.h"
#include "base/log.h"
#include "catalog/anime_json.h"
#include "ingest/clean_record.h"
#include "ingest/encoded_texts.h"
#include "ingest/publisher.h"
#include "ingest/record_source.h"
#include "ingest/relations_file.h"
#include "ingest/vector_folder.h"
#include "tensor/bfloat16.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr const char* kRelationsSource = "relations";

struct HashOfTextHash {
  std::size_t operator()(const TextHash& hash) const { return hash.low; }
};

/// Tells the caller how far a stage is, at most ten times a second.
class ProgressReporter {
 public:
  ProgressReporter(const ImportOptions& options, ImportStage stage, std::uint64_t total)
      : options_(options), stage_(stage), total_(total) {}

  void report(std::uint64_t done, std::uint64_t records, std::uint64_t counted) {
    if (!options_.on_progress) return;
    const auto now = Clock::now();
    // Compressed bytes come in blocks: the last one lies read long before its lines are.
    const bool last = done >= total_ && stage_ != ImportStage::reading;
    if (now - last_ < std::chrono::milliseconds(100) && !last) return;
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    ImportProgress progress{.stage = stage_, .done = done, .total = total_, .records = records};
    if (seconds > 0 && done > 0) {
      progress.per_second = static_cast<double>(counted) / seconds;
      progress.seconds_left = seconds * static_cast<double>(total_ - std::min(done, total_)) /
                              static_cast<double>(done);
    }
    options_.on_progress(progress);
  }

 private:
  const ImportOptions& options_;
  ImportStage stage_;
  std::uint64_t total_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_{};
};

/// Records waiting for their transaction, by source.
class Batches {
 public:
  Batches(CatalogStore& store, ImportReport& report, std::size_t limit)
      : store_(store), report_(report), limit_(limit) {}

  void add(std::string source, Anime anime) {
    auto& batch = batches_[std::move(source)];
    batch.push_back(std::move(anime));
    if (++waiting_ >= limit_) flush();
  }

  void add(TitleRecord title) {
    titles_.push_back(std::move(title));
    if (++waiting_ >= limit_) flush();
  }
  void flush() {
    for (auto& [source, batch] : batches_) count(store_.upsert(source, batch));
    if (!titles_.empty()) count(store_.upsert_titles(titles_));
    batches_.clear();
    titles_.clear();
    waiting_ = 0;
  }

 private:
  void count(const UpsertCounts& counts) {
    report_.titles.added += counts.added;
    report_.titles.changed += counts.changed;
    report_.titles.unchanged += counts.unchanged;
  }

  CatalogStore& store_;
  ImportReport& report_;
  std::size_t limit_;
  std::size_t waiting_ = 0;
  std::map<std::string, std::vector<Anime>> batches_;
  std::vector<TitleRecord> titles_;
};

/// Counts and reports a bad line, or ends a strict import.
void bad_line(const ImportOptions& options, ImportReport& report, LineProblem problem) {
  if (options.strict) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{}:{}: {}", problem.file, problem.line, problem.reason));
  }
  ++report.bad_lines;
  if (options.on_problem) options.on_problem(problem);
}

void take_record(ParsedAnime parsed, Batches& batches) {
  clean_record(parsed.anime);
  bool has_title = parsed.contributions.empty() && !(parsed.anime.titles == Titles{});
  for (SourceRecord& said : parsed.contributions) {
    clean_record(said.record);
    has_title = has_title || !(said.record.titles == Titles{});
  }
  if (!has_title) {
    throw Error(ErrorKind::invalid_argument, "titles: none is left after cleaning");
  }
  if (parsed.contributions.empty()) {
    batches.add(std::move(parsed.source), std::move(parsed.anime));
  } else {
    batches.add({std::move(parsed.anime), std::move(parsed.contributions)});
  }
}

void read_records(std::span<const fs::path> files, const ImportOptions& options,
                  CatalogStore& store, ImportReport& report) {
  std::uint64_t total = 0;
  const RecordSourceOptions source_options{options.stop, options.columnar_module};
  for (const fs::path& file : files)
    total += open_record_source(file, source_options)->bytes_total();
  ProgressReporter progress(options, ImportStage::reading, total);
  Batches batches(store, report, options.batch_lines);
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const fs::path& file = files[i];
    const std::string& source =
        options.file_sources.empty() ? options.source : options.file_sources[i];
    const auto opened = open_record_source(file, source_options);
    RecordSource& reader = *opened;
    while (true) {
      try {
        if (!reader.next()) break;
      } catch (const Error& e) {
        // A line that is too long is one bad line; a damaged file ends here, what came before
        // stays.
        batches.flush();
        if (e.kind() != ErrorKind::invalid_argument) {
          if (report.lines == 0) throw;
          throw Error(e.kind(),
                      fmt::format("{}; the {} lines read before it are kept but not yet published: "
                                  "the same command with a whole file goes on",
                                  e.what(), report.lines),
                      e.context());
        }
        bad_line(options, report, {file.string(), reader.line_number(), e.what()});
        continue;
      }
      if (reader.line().find_first_not_of(" \t") == std::string_view::npos) continue;
      ++report.lines;
      try {
        ParsedAnime parsed = parse_anime_json(reader.line(), {.source = source});
        for (const std::string& warning : parsed.warnings) {
          ++report.warnings;
          if (options.on_problem) {
            options.on_problem({file.string(), reader.line_number(), warning, false});
          }
        }
        take_record(std::move(parsed), batches);
      } catch (const Error& e) {
        if (e.kind() != ErrorKind::invalid_argument) throw;
        bad_line(options, report, {file.string(), reader.line_number(), e.what()});
      }
      progress.report(before + reader.bytes_read(), report.lines, report.lines);
    }
    before += reader.bytes_total();
    if (reader.stopped()) {
      report.stopped = true;
      break;
    }
  }
  batches.flush();
}

void read_relations(const ImportOptions& options, CatalogStore& store, ImportReport& report) {
  for (const fs::path& file : options.relations) {
    const RelationsFile relations =
        read_relations_file(file, [&](std::uint64_t line, const std::string& reason) {
          bad_line(options, report, {file.string(), line, reason});
        });
    report.relations += relations.rows;
    const std::span<const Anime> records = relations.records;
    for (std::size_t first = 0; first < records.size(); first += options.batch_lines) {
      const std::size_t n = std::min(options.batch_lines, records.size() - first);
      const UpsertCounts counts =
          store.upsert(kRelationsSource, records.subspan(first, n), {.create = false});
      report.titles.changed += counts.changed;
      report.relations_unknown += counts.skipped;
    }
  }
}

/// Texts that the catalogue needs vectors of and has none yet.
struct MissingTexts {
  std::vector<TextHash> all;
  std::vector<std::string> texts;
  std::vector<TextHash> hashes;  ///< Of `texts`.
};

MissingTexts find_missing(const CatalogStore& store, const std::string& fingerprint,
                          std::span<const Anime> records) {
  MissingTexts missing;
  std::unordered_map<TextHash, std::string, HashOfTextHash> texts;
  for (const Anime& anime : records) {
    for (std::string& text : encoded_texts(anime)) {
      const TextHash hash = text_hash(text);
      if (texts.emplace(hash, std::move(text)).second) missing.all.push_back(hash);
    }
  }
  missing.hashes = store.missing_vectors(fingerprint, missing.all);
  missing.texts.reserve(missing.hashes.size());
  for (const TextHash& hash : missing.hashes) missing.texts.push_back(std::move(texts.at(hash)));
  return missing;
}

/// Reads a folder of vectors and settles the model they must be of: the encoder's, else that of the
/// published ones, else their own.
VectorFolder open_vectors(const fs::path& path, const CatalogStore& store, ModelInfo& model) {
  VectorFolder given = read_vector_folder(path);
  if (model.fingerprint.empty()) model.fingerprint = store.generation().model_fingerprint;
  if (model.fingerprint.empty()) model.fingerprint = given.info.model_fingerprint;
  if (model.fingerprint != given.info.model_fingerprint ||
      (model.dimension != 0 && model.dimension != given.info.dimension)) {
    throw Error(ErrorKind::invalid_argument,
                "the vectors were made by another model than this catalogue's; vectors of two "
                "models cannot be compared",
                fmt::format("{} and {}", given.info.model_fingerprint, model.fingerprint));
  }
  model.dimension = given.info.dimension;
  return given;
}

/// Stores those of the given vectors that a text waits for; true if there were any.
bool take_vectors(const VectorFolder& given, std::span<const TextHash> waiting, CatalogStore& store,
                  ImportReport& report) {
  std::vector<StoredVector> taken;
  for (const TextHash& text : waiting) {
    const auto at = std::ranges::lower_bound(given.vectors, text, {}, &StoredVector::text);
    if (at != given.vectors.end() && at->text == text) taken.push_back(*at);
  }
  report.vectors_taken = taken.size();
  if (!taken.empty()) store.put_vectors(given.info.model_fingerprint, taken);
  return !taken.empty();
}

void encode_missing(const MissingTexts& missing, EncoderScheduler& encoder,
                    const ImportOptions& options, CatalogStore& store, ImportReport& report) {
  const std::size_t dimension = encoder.encoder().dimension();
  const std::string& fingerprint = encoder.encoder().fingerprint();
  ProgressReporter progress(options, ImportStage::encoding, missing.texts.size());
  std::vector<float> out;
  for (std::size_t first = 0; first < missing.texts.size(); first += options.batch_texts) {
    if (options.stop.stop_requested()) {
      report.stopped = true;
      return;
    }
    const std::size_t n = std::min(options.batch_texts, missing.texts.size() - first);
    out.assign(n * dimension, 0);
    encoder.encode(std::span(missing.texts).subspan(first, n), out);
    std::vector<StoredVector> vectors(n);
    for (std::size_t i = 0; i < n; ++i) {
      vectors[i].text = missing.hashes[first + i];
      vectors[i].values.resize(dimension);
      for (std::size_t d = 0; d < dimension; ++d) {
        vectors[i].values[d] = to_bfloat16(out[i * dimension + d]).bits;
      }
    }
    store.put_vectors(fingerprint, vectors);
    report.texts_encoded += n;
    progress.report(report.texts_encoded, report.lines, report.texts_encoded);
  }
}

}  // namespace

Importer::Importer(CatalogStore& store, GenerationPublisher& publisher, EncoderScheduler* encoder)
    : store_(store), publisher_(publisher), encoder_(encoder) {}

ImportReport Importer::run(std::span<const fs::path> files, const ImportOptions& options) {
  if (options.batch_lines < 1 || options.batch_texts < 1) {
    throw Error(ErrorKind::invalid_argument, "import: a batch holds at least one");
  }
  if (!options.file_sources.empty() && options.file_sources.size() != files.size()) {
    throw Error(ErrorKind::invalid_argument, "import: each file needs a source");
  }
  // Opening finds a missing file before anything is changed.
  for (const fs::path& file : files) open_record_source(file, {{}, options.columnar_module});
  for (const fs::path& file : options.relations) LineReader reader(file);
  ModelInfo model;
  if (encoder_ != nullptr) {
    model = {encoder_->encoder().fingerprint(), encoder_->encoder().dimension()};
  }
  VectorFolder given;
  if (!options.vectors.empty()) given = open_vectors(options.vectors, store_, model);
  const auto lock = store_.lock_for_writing();
  ImportReport report;
  read_records(files, options, store_, report);
  if (!report.stopped) read_relations(options, store_, report);

  const bool has_model = !model.fingerprint.empty();
  if (!has_model) {
    log_warning(
        "import without an encoder: the generation that it publishes has no vectors, so search "
        "works by words alone until an import or update with the encoder's weights");
  }
  report.generation = store_.generation();
  MissingTexts missing;
  bool current = false;
  {
    const std::vector<Anime> records = store_.load();
    if (has_model) missing = find_missing(store_, model.fingerprint, records);
    if (take_vectors(given, missing.hashes, store_, report)) {
      missing = find_missing(store_, model.fingerprint, records);
    }
    const Generation& g = report.generation;
    current = g.number > 0 && g.model_fingerprint == model.fingerprint &&
              g.content_hash == content_hash(records);
  }
  report.texts = missing.all.size();
  const auto publish = [&] {
    ProgressReporter progress(options, ImportStage::publishing, 1);
    progress.report(0, report.lines, 0);
    report.generation = publisher_.publish(model);
    report.published = true;
    progress.report(1, report.lines, 0);
  };
  if (!current) publish();
  if (report.stopped) return report;
  if (!missing.texts.empty() && encoder_ != nullptr) {
    encode_missing(missing, *encoder_, options, store_, report);
    if (report.stopped) return report;
  }
  if (has_model && !report.generation.vectors_complete) publish();
  if (has_model && report.published) store_.prune_vectors(model.fingerprint, missing.all);
  return report;
}

}  // namespace anireco
