#include "engine.h"

#include <algorithm>
#include <future>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "catalog/sqlite/sqlite_store.h"
#include "encoder/sentence_encoder.h"
#include "fulltext/bm25f_index.h"
#include "index/exact_vector_index.h"
#include "ingest/publisher.h"

namespace anireco::app {
namespace {

constexpr std::chrono::seconds kEncodeTimeout{30};

std::size_t thread_count(const Settings& settings) {
  if (settings.threads != 0) return settings.threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

/// The indexes over one generation's files.
struct Indexes {
  std::unique_ptr<const VectorIndex> vectors;
  std::unique_ptr<const FullTextIndex> full_text;
  std::unique_ptr<const TitleIndex> titles;
};

Indexes open_indexes(const GenerationFiles& files, const Generation& generation,
                     const Catalog& catalog, std::size_t threads) {
  Indexes indexes;
  auto titles =
      std::async(std::launch::async, [&] { return TitleIndex::open(files.titles, catalog); });
  if (!files.vectors.empty()) {
    indexes.vectors = std::make_unique<const ExactVectorIndex>(ExactVectorIndex::open(
        files.vectors, ExactVectorIndexOptions{.model_fingerprint = generation.model_fingerprint,
                                               .threads = threads}));
  }
  indexes.full_text = std::make_unique<const Bm25fIndex>(Bm25fIndex::open(files.postings));
  indexes.titles = std::make_unique<const TitleIndex>(titles.get());
  return indexes;
}

}  // namespace

std::unique_ptr<CatalogStore> open_store(const Settings& settings) {
  std::error_code error;
  std::filesystem::create_directories(settings.data_dir, error);
  if (error) {
    throw Error(ErrorKind::unavailable, "the data folder cannot be made",
                settings.data_dir.string() + ": " + error.message());
  }
  return std::make_unique<SqliteStore>(settings.data_dir / "catalogue.sqlite");
}

std::shared_ptr<const Snapshot> load_snapshot(const Settings& settings, CatalogStore& store) {
  const Generation generation = store.generation();
  if (generation.number == 0) {
    throw Error(ErrorKind::not_found,
                "the catalogue is empty: import one first (anireco import FILE)",
                settings.data_dir.string());
  }
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = generation;
  auto catalog = std::make_unique<const Catalog>(store.load());
  Publisher publisher(store, settings.data_dir, {.threads = thread_count(settings), .fault = {}});
  std::optional<GenerationFiles> files = publisher.files(generation);
  Indexes indexes;
  if (files) {
    try {
      indexes = open_indexes(*files, generation, *catalog, thread_count(settings));
    } catch (const Error& e) {
      log_warning("index files of generation {} are made again: {}", generation.number, e.what());
      files.reset();
    }
  }
  if (!files) {
    indexes = open_indexes(publisher.rebuild(generation, *catalog), generation, *catalog,
                           thread_count(settings));
  }
  snapshot->catalog = std::move(catalog);
  snapshot->vectors = std::move(indexes.vectors);
  snapshot->full_text = std::move(indexes.full_text);
  snapshot->titles = std::move(indexes.titles);
  return snapshot;
}

std::shared_ptr<EncoderScheduler> load_encoder(const Settings& settings) {
  if (!std::filesystem::exists(settings.model_dir)) {
    log_warning("no encoder at {}: search works by words alone", settings.model_dir.string());
    return nullptr;
  }
  auto encoder = SentenceEncoder::load(
      settings.model_dir, {.precision = settings.precision, .max_team_size = settings.threads});
  return std::make_shared<EncoderScheduler>(
      std::move(encoder), EncoderSchedulerOptions{.threads = settings.threads,
                                                  .queue_capacity = settings.queue_capacity});
}

Engine open_engine(const Settings& settings) {
  Engine engine;
  auto encoder = std::async(std::launch::async, [&] { return load_encoder(settings); });
  engine.store = open_store(settings);
  engine.snapshot = load_snapshot(settings, *engine.store);
  engine.encoder = encoder.get();
  if (engine.encoder && engine.snapshot->vectors &&
      engine.encoder->encoder().fingerprint() != engine.snapshot->vectors->model_fingerprint()) {
    throw Error(ErrorKind::invalid_argument,
                "the catalogue was encoded by another model: run anireco import with this one, or "
                "name the other by --model");
  }
  return engine;
}

SearchResult Engine::search(SearchRequest request) const {
  const SearchPlan plan = plan_search(*snapshot, std::move(request));
  std::optional<std::vector<float>> vector;
  Degraded degraded = Degraded::no;
  if (!plan.text_to_encode.empty()) {
    if (encoder) vector = encoder->encode_query(plan.text_to_encode, kEncodeTimeout);
    if (!vector) degraded = encoder ? Degraded::encoder_busy : Degraded::no_vectors;
  }
  return run_search(*snapshot, plan,
                    vector ? std::optional(std::span<const float>(*vector)) : std::nullopt,
                    degraded);
}

}  // namespace anireco::app
