#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "catalog/catalog_store.h"
#include "encoders.h"
#include "ingest/generation_publisher.h"
#include "search/search_result.h"
#include "search/searcher.h"
#include "settings.h"

namespace anireco::app {

/// Opens the record: DATA_DIR's, making folder and file when they are missing, or PostgreSQL's
/// where database_url names one. Throws Error{unavailable, corrupt, invalid_argument}.
std::unique_ptr<CatalogStore> open_store(const Settings& settings);

/// Whether there is a record at all; asks no server.
bool has_record(const Settings& settings);

/// What publishes the store's content where searches of these settings look. The store is borrowed.
/// stop: leaves what is being fed to Qdrant to whoever serves.
std::unique_ptr<GenerationPublisher> make_publisher(const Settings& settings, CatalogStore& store,
                                                    const std::stop_token& stop = {});

/// Threads that the settings want, a core each when they do not say.
std::size_t thread_count(const Settings& settings);

/// Completes a snapshot that has its catalogue and vectors: the model of likeness that the settings
/// name, and its space.
void add_affinity(Snapshot& snapshot, const Settings& settings);

/// Loads the published generation: records, vector, postings and title files. Files that are
/// missing, stale or damaged are made again from the record (the writer's lock permitting). On
/// servers: their engines over it, without vectors where Qdrant has not got them yet. Throws
/// Error{not_found} when nothing has been imported yet.
std::shared_ptr<const Snapshot> load_snapshot(const Settings& settings, CatalogStore& store);

/// Everything one-shot commands need, loaded side by side.
struct Engine {
  std::unique_ptr<CatalogStore> store;
  std::shared_ptr<EncoderScheduler> encoder;        ///< May be null.
  Degraded without_encoder = Degraded::no_vectors;  ///< Why it is null.
  std::shared_ptr<const Snapshot> snapshot;

  /// Plans, encodes and runs a request.
  SearchResult search(SearchRequest request) const;
};
Engine open_engine(const Settings& settings);

}  // namespace anireco::app
