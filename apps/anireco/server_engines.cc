#include "server_engines.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/host_name.h"
#include "base/log.h"
#include "catalog/postgres/generation_content.h"
#include "catalog/postgres/postgres_store.h"
#include "engine.h"
#include "fulltext/guarded_full_text_index.h"
#include "fulltext/postgres/postgres_full_text_index.h"
#include "index/exact_vector_index.h"
#include "index/guarded_vector_index.h"
#include "index/qdrant/qdrant_collection.h"
#include "index/qdrant/qdrant_vector_index.h"
#include "ingest/generation_vectors.h"
#include "search/fusion_model.h"

namespace anireco::app {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const QdrantClient> client_of(const Settings& settings) {
  if (settings.qdrant_url.empty()) return nullptr;
  return std::make_shared<const QdrantClient>(QdrantOptions{.url = settings.qdrant_url,
                                                            .api_key = settings.qdrant_key,
                                                            .ca_file = settings.qdrant_ca_file});
}

/// Beside those of searches, for imports, feeding and loading.
constexpr std::size_t kLongConnections = 4;

PostgresOptions quick_options(const Settings& settings) {
  return {.url = settings.database_url,
          .connections = settings.database_connections,
          .wait = std::chrono::seconds(2),
          .connect_timeout = std::chrono::seconds(2),
          .statement_limit = std::chrono::seconds(1),
          .work_limit = std::chrono::seconds(2)};
}

std::string process_name() { return fmt::format("{}:{}", host_name(), getpid()); }

/// Whether what answers now can do so while `next` is not ready: the words that it searches in are
/// still kept.
bool can_go_on(const Snapshot* current, const Generation& next, PostgresPool& pool) {
  if (current == nullptr) return false;
  if (current->generation == next) return true;
  try {
    find_content(pool, current->generation.content_hash);
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return false;
  }
}

/// Generations before this one's. Other processes may share the folder: a younger one is theirs,
/// and so is what is still being written.
void remove_older(const fs::path& kept, std::uint64_t generation) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(kept.parent_path(), error)) {
    const std::string name = entry.path().filename().string();
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool is_ours = failure == std::errc() && name.ends_with(".bin") && *end == '-';
    if (is_ours && number < generation) fs::remove(entry.path(), error);
  }
}

}  // namespace

ServerEngines::ServerEngines(const Settings& settings)
    : settings_(settings),
      pool_(std::make_shared<PostgresPool>(
          PostgresOptions{.url = settings.database_url, .connections = kLongConnections})),
      quick_pool_(std::make_shared<PostgresPool>(quick_options(settings))),
      qdrant_(client_of(settings)),
      words_(std::make_shared<CircuitBreaker>("PostgreSQL")),
      vectors_(qdrant_ ? std::make_shared<CircuitBreaker>("Qdrant") : nullptr) {}

std::unique_ptr<CatalogStore> ServerEngines::open_store() const {
  return std::make_unique<PostgresStore>(pool_,
                                         PostgresStoreOptions{.threads = thread_count(settings_)});
}

std::unique_ptr<CatalogStore> ServerEngines::open_watched_store() const {
  return std::make_unique<PostgresStore>(quick_pool_);
}

FeedOptions ServerEngines::feed_options() const {
  FeedOptions options{.who = process_name(), .threads = thread_count(settings_)};
  options.qdrant.collection = {.prefix = settings_.qdrant_prefix,
                               .shards = settings_.qdrant_shards,
                               .replicas = settings_.qdrant_replicas};
  // Searches weigh windows so unless their request says otherwise.
  const float window = default_fusion_model().window;
  if (window > 0) options.qdrant.collection.window_weight = window;
  return options;
}

std::unique_ptr<GenerationPublisher> ServerEngines::publisher(CatalogStore& store,
                                                              const std::stop_token& stop) const {
  FeedOptions feed = feed_options();
  feed.qdrant.stop = stop;
  return std::make_unique<ServerPublisher>(
      store, pool_, qdrant_,
      ServerPublisherOptions{.feed = std::move(feed), .threads = thread_count(settings_)});
}

bool ServerEngines::is_fed(const Generation& generation) const {
  // Not through the breaker, which says how the collection of the generation before fares.
  try {
    const auto content = published_content(*qdrant_, settings_.qdrant_prefix, generation.number,
                                           QdrantPatience::brief);
    return content && content->content_hash == generation.content_hash &&
           content->model_fingerprint == generation.model_fingerprint;
  } catch (const Error& error) {
    // A wrong key is a mistake of the settings. All else is for the feeder to mend.
    if (error.kind() == ErrorKind::invalid_argument) throw;
    return false;
  }
}

std::unique_ptr<const VectorIndex> ServerEngines::open_qdrant(const Generation& generation,
                                                              std::size_t titles,
                                                              const Snapshot* current) const {
  try {
    auto index = QdrantVectorIndex::open(qdrant_,
                                         {.generation = generation.number,
                                          .content_hash = generation.content_hash,
                                          .model_fingerprint = generation.model_fingerprint,
                                          .titles = titles},
                                         {.prefix = settings_.qdrant_prefix});
    unopened_ = false;
    vectors_->succeeded();
    return std::make_unique<GuardedVectorIndex>(std::move(index), vectors_);
  } catch (const Error& error) {
    const bool goes_on = can_go_on(current, generation, *quick_pool_);
    // Else the breaker says how the collection fares that is searched in.
    if (!goes_on || !current->vectors) {
      unopened_ = true;
      vectors_->failed(error.what());
    }
    if (goes_on) throw;
    log_error("words answer alone, for the vectors of generation {} cannot be opened: {} ({})",
              generation.number, error.what(), error.context());
    return nullptr;
  }
}

std::unique_ptr<const VectorIndex> ServerEngines::open_file(const CatalogStore& store,
                                                            const Catalog& catalog,
                                                            const Generation& generation) const {
  const ExactVectorIndexOptions options{.model_fingerprint = generation.model_fingerprint,
                                        .threads = thread_count(settings_)};
  const fs::path file =
      settings_.data_dir / "vectors" /
      fmt::format("{:08}-{}.bin", generation.number, generation.content_hash.substr(0, 16));
  try {
    return std::make_unique<const ExactVectorIndex>(ExactVectorIndex::open(file, options));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found && error.kind() != ErrorKind::corrupt) throw;
  }
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  write_generation_vectors(store, catalog, {generation.model_fingerprint, 0}, generation.number,
                           file);
  if (!fs::exists(file)) return nullptr;
  remove_older(file, generation.number);
  return std::make_unique<const ExactVectorIndex>(ExactVectorIndex::open(file, options));
}

std::shared_ptr<const Snapshot> ServerEngines::load(const CatalogStore& store,
                                                    const Snapshot* current) const {
  const Generation generation = store.generation();
  if (generation.number == 0) return nullptr;
  const bool has_vectors = !generation.model_fingerprint.empty();
  const bool fed = !qdrant_ || !has_vectors || is_fed(generation);
  if (!fed && can_go_on(current, generation, *quick_pool_)) return nullptr;
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = generation;
  auto catalog = std::make_unique<const Catalog>(
      read_generation_records(*pool_, generation, thread_count(settings_)));
  if (has_vectors && fed) {
    snapshot->vectors = qdrant_ ? open_qdrant(generation, catalog->size(), current)
                                : open_file(store, *catalog, generation);
  }
  if (!has_vectors) unopened_ = false;
  snapshot->awaits_vectors = qdrant_ && has_vectors && !snapshot->vectors;
  snapshot->titles = std::make_unique<const TitleIndex>(*catalog);
  snapshot->catalog = std::move(catalog);
  snapshot->full_text = std::make_unique<const GuardedFullTextIndex>(
      std::make_unique<const PostgresFullTextIndex>(quick_pool_, generation.content_hash,
                                                    PostgresFullTextOptions{.loading = pool_}),
      words_);
  add_affinity(*snapshot, settings_);
  snapshot->multilingual = reads_every_script(settings_);
  return snapshot;
}

void ServerEngines::probe(const CatalogStore& store, const Snapshot* current) const {
  try {
    words_->ask([&] { return store.generation().number; });
  } catch (const Error& error) {
    log_debug("PostgreSQL: {} ({})", error.what(), error.context());
  }
  if (!qdrant_) return;
  if (unopened_ && (current == nullptr || !current->vectors)) return;
  try {
    vectors_->ask([&] {
      if (current == nullptr || !current->vectors) {
        qdrant_->version();
        return true;
      }
      const std::string name = collection_name(settings_.qdrant_prefix, current->generation.number);
      if (!qdrant_->collection(name, QdrantPatience::brief)) {
        throw Error(ErrorKind::not_found, "no collection", name);
      }
      return true;
    });
  } catch (const Error& error) {
    log_debug("Qdrant: {} ({})", error.what(), error.context());
  }
}

}  // namespace anireco::app
