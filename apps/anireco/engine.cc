#include "engine.h"

#include <algorithm>
#include <future>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "catalog/sqlite/sqlite_store.h"
#include "encoder/low_rank_adapter.h"
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

/// Everything over one generation's files. Throws Error{not_found, corrupt} when they must be made
/// again.
std::shared_ptr<const Snapshot> open_files(const Publisher& publisher, const GenerationFiles& files,
                                           const Generation& generation, std::size_t threads,
                                           std::shared_ptr<const SimilarityModel> similarity) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = generation;
  auto full_text = std::async(std::launch::async, [&] { return Bm25fIndex::open(files.postings); });
  if (!files.vectors.empty()) {
    snapshot->vectors = std::make_unique<const ExactVectorIndex>(ExactVectorIndex::open(
        files.vectors, {.model_fingerprint = generation.model_fingerprint, .threads = threads}));
  }
  auto catalog = std::make_unique<const Catalog>(publisher.read_records(files));
  snapshot->titles = std::make_unique<const TitleIndex>(TitleIndex::open(files.titles, *catalog));
  snapshot->catalog = std::move(catalog);
  const AffinityRows& rows = (similarity ? *similarity : default_similarity_model()).affinity;
  snapshot->affinity = std::make_unique<const AffinitySpace>(
      *snapshot->catalog, snapshot->vectors.get(), rows, threads);
  snapshot->similarity = std::move(similarity);
  snapshot->full_text = std::make_unique<const Bm25fIndex>(full_text.get());
  return snapshot;
}

/// The model that the settings name; null: the one that ships.
std::shared_ptr<const SimilarityModel> load_similarity(const Settings& settings) {
  if (settings.similarity_model.empty()) return nullptr;
  constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;
  return std::make_shared<const SimilarityModel>(
      parse_similarity_model(read_file(settings.similarity_model, kMaxBytes)));
}

/// Where the settings find the adapter of requests; empty: there is none.
std::filesystem::path query_adapter(const Settings& settings) {
  if (settings.query_adapter == "none") return {};
  if (!settings.query_adapter.empty()) return settings.query_adapter;
  const std::filesystem::path beside_weights = settings.model_dir / "query_adapter";
  return std::filesystem::exists(beside_weights) ? beside_weights : std::filesystem::path();
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
  const std::size_t threads = thread_count(settings);
  const std::shared_ptr<const SimilarityModel> similarity = load_similarity(settings);
  Publisher publisher(store, settings.data_dir, {.threads = threads, .fault = {}});
  if (const std::optional<GenerationFiles> files = publisher.files(generation)) {
    try {
      return open_files(publisher, *files, generation, threads, similarity);
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::corrupt && e.kind() != ErrorKind::not_found) throw;
      log_warning("index files of generation {} are damaged: {}", generation.number, e.what());
    }
  }
  log_info("making the index files of generation {} again", generation.number);
  return open_files(publisher, publisher.rebuild(generation), generation, threads, similarity);
}

void check_query_adapter(const Settings& settings) {
  if (settings.query_adapter.empty() || settings.query_adapter == "none") return;
  LowRankAdapter::open(settings.query_adapter);
}

std::shared_ptr<EncoderScheduler> load_encoder(const Settings& settings, EncoderRole role) {
  if (!std::filesystem::exists(settings.model_dir)) {
    log_warning("no encoder at {}: search works by words alone", settings.model_dir.string());
    return nullptr;
  }
  SentenceEncoderOptions options{.precision = settings.precision,
                                 .max_team_size = settings.threads};
  if (role == EncoderRole::queries) options.adapter = query_adapter(settings);
  std::shared_ptr<const SentenceEncoder> encoder;
  try {
    encoder = SentenceEncoder::load(settings.model_dir, options);
  } catch (const Error& error) {
    if (options.adapter.empty() || !settings.query_adapter.empty()) throw;
    log_warning("requests are encoded without the adapter at {}: {}", options.adapter.string(),
                error.what());
    options.adapter.clear();
    encoder = SentenceEncoder::load(settings.model_dir, options);
  }
  return std::make_shared<EncoderScheduler>(
      std::move(encoder), EncoderSchedulerOptions{.threads = settings.threads,
                                                  .queue_capacity = settings.queue_capacity});
}

Engine open_engine(const Settings& settings) {
  Engine engine;
  auto encoder =
      std::async(std::launch::async, [&] { return load_encoder(settings, EncoderRole::queries); });
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
