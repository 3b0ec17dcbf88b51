#include "engine.h"

#include <algorithm>
#include <future>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "catalog/sqlite/sqlite_store.h"
#include "fulltext/bm25f_index.h"
#include "index/exact_vector_index.h"
#include "ingest/publisher.h"
#include "server_engines.h"

namespace anireco::app {
namespace {

constexpr std::chrono::seconds kEncodeTimeout{30};

/// The model that the settings name; null: the one that ships.
std::shared_ptr<const SimilarityModel> load_similarity(const Settings& settings) {
  if (settings.similarity_model.empty()) return nullptr;
  constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;
  return std::make_shared<const SimilarityModel>(
      parse_similarity_model(read_file(settings.similarity_model, kMaxBytes)));
}

/// Everything over one generation's files. Throws Error{not_found, corrupt} when they must be made
/// again.
std::shared_ptr<const Snapshot> open_files(const Publisher& publisher, const GenerationFiles& files,
                                           const Generation& generation, const Settings& settings) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = generation;
  auto full_text = std::async(std::launch::async, [&] { return Bm25fIndex::open(files.postings); });
  if (!files.vectors.empty()) {
    snapshot->vectors = std::make_unique<const ExactVectorIndex>(ExactVectorIndex::open(
        files.vectors,
        {.model_fingerprint = generation.model_fingerprint, .threads = thread_count(settings)}));
  }
  auto catalog = std::make_unique<const Catalog>(publisher.read_records(files));
  snapshot->titles = std::make_unique<const TitleIndex>(TitleIndex::open(files.titles, *catalog));
  snapshot->catalog = std::move(catalog);
  add_affinity(*snapshot, settings);
  snapshot->multilingual = reads_every_script(settings);
  snapshot->full_text = std::make_unique<const Bm25fIndex>(full_text.get());
  return snapshot;
}

/// The encoder of requests; null where there is none, also where it is elsewhere and does not
/// answer.
std::shared_ptr<EncoderScheduler> find_encoder(const Settings& settings) {
  try {
    return load_encoder(settings, EncoderRole::queries);
  } catch (const Error& error) {
    if (settings.encoder_url.empty() || error.kind() != ErrorKind::unavailable) throw;
    log_warning("search works by words alone: {} ({})", error.what(), error.context());
    return nullptr;
  }
}

}  // namespace

std::size_t thread_count(const Settings& settings) {
  if (settings.threads != 0) return settings.threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

void add_affinity(Snapshot& snapshot, const Settings& settings) {
  snapshot.similarity = load_similarity(settings);
  const SimilarityModel& model =
      snapshot.similarity ? *snapshot.similarity : default_similarity_model();
  snapshot.affinity = std::make_unique<const AffinitySpace>(
      *snapshot.catalog, snapshot.vectors.get(), model.affinity, thread_count(settings));
}

bool has_record(const Settings& settings) {
  return !settings.database_url.empty() ||
         std::filesystem::exists(settings.data_dir / "catalogue.sqlite");
}

std::unique_ptr<GenerationPublisher> make_publisher(const Settings& settings, CatalogStore& store,
                                                    const std::stop_token& stop) {
  if (!settings.database_url.empty()) return ServerEngines(settings).publisher(store, stop);
  return std::make_unique<Publisher>(store, settings.data_dir);
}

std::unique_ptr<CatalogStore> open_store(const Settings& settings) {
  if (!settings.database_url.empty()) return ServerEngines(settings).open_store();
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
  if (!settings.database_url.empty()) return ServerEngines(settings).load(store, nullptr);
  Publisher publisher(store, settings.data_dir, {.threads = thread_count(settings), .fault = {}});
  if (const std::optional<GenerationFiles> files = publisher.files(generation)) {
    try {
      return open_files(publisher, *files, generation, settings);
    } catch (const Error& e) {
      if (e.kind() != ErrorKind::corrupt && e.kind() != ErrorKind::not_found) throw;
      log_warning("index files of generation {} are damaged: {}", generation.number, e.what());
    }
  }
  log_info("making the index files of generation {} again", generation.number);
  return open_files(publisher, publisher.rebuild(generation), generation, settings);
}

Engine open_engine(const Settings& settings) {
  Engine engine;
  auto encoder = std::async(std::launch::async, [&] { return find_encoder(settings); });
  engine.store = open_store(settings);
  engine.snapshot = load_snapshot(settings, *engine.store);
  engine.encoder = encoder.get();
  if (!settings.encoder_url.empty()) engine.without_encoder = Degraded::encoder_unavailable;
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
    if (!vector) degraded = encoder ? Degraded::encoder_busy : without_encoder;
  }
  return run_search(*snapshot, plan,
                    vector ? std::optional(std::span<const float>(*vector)) : std::nullopt,
                    degraded);
}

}  // namespace anireco::app
