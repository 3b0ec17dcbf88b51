#pragma once

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>

#include "api/api.h"
#include "base/circuit_breaker.h"
#include "catalog/catalog_store.h"
#include "catalog/postgres/postgres_pool.h"
#include "index/qdrant/qdrant_client.h"
#include "ingest/server_publisher.h"
#include "search/snapshot.h"
#include "settings.h"

namespace anireco::app {

/// PostgreSQL, and Qdrant where qdrant_url names one, as the settings have them: the record and the
/// engines of a process that keeps them on servers. Without Qdrant the vectors lie in a file of the
/// data folder, made from the record. Thread-safe.
class ServerEngines {
 public:
  /// Connects to nothing yet. Throws Error{invalid_argument} for settings that cannot be right.
  explicit ServerEngines(const Settings& settings);

  /// Throws Error{invalid_argument} unless the tables are of this version (anireco db migrate).
  std::unique_ptr<CatalogStore> open_store() const;
  /// The same for asking what is published: gives up after two seconds. Not for writing.
  std::unique_ptr<CatalogStore> open_watched_store() const;
  /// stop: QdrantPublishOptions::stop.
  std::unique_ptr<GenerationPublisher> publisher(CatalogStore& store,
                                                 const std::stop_token& stop) const;

  /// Everything over the published generation, null when there is none. `current` is what answers
  /// now, or null: while Qdrant has not got the new generation yet and the current one can go on,
  /// the result is null too; where there is none that could go on, a snapshot without vectors that
  /// awaits them. So too when Qdrant has it and it cannot be opened (damaged, or Qdrant went in the
  /// midst of it), but that its Error is thrown where the current one can go on.
  /// Throws as the engines do.
  std::shared_ptr<const Snapshot> load(const CatalogStore& store, const Snapshot* current) const;

  /// Asks each server whether it answers and still has what `current` (or null) searches in, for
  /// what health() tells. `store`: open_watched_store()'s. Never throws an Error.
  void probe(const CatalogStore& store, const Snapshot* current) const;
  EngineHealth health() const { return {.words = words_, .vectors = vectors_}; }
  /// Whether Qdrant has the generation whole; false too when it does not answer. There must be one.
  bool is_fed(const Generation& generation) const;

  /// For work that takes long: imports, feeding.
  const std::shared_ptr<PostgresPool>& pool() const { return pool_; }
  /// For questions that somebody waits for: a silent server costs two seconds at most.
  const std::shared_ptr<PostgresPool>& quick_pool() const { return quick_pool_; }
  /// Null: there is none.
  const std::shared_ptr<const QdrantClient>& qdrant() const { return qdrant_; }
  FeedOptions feed_options() const;

 private:
  /// Null, and told, when they cannot be opened and `current` (or null) cannot go on either.
  std::unique_ptr<const VectorIndex> open_qdrant(const Generation& generation, std::size_t titles,
                                                 const Snapshot* current) const;
  std::unique_ptr<const VectorIndex> open_file(const CatalogStore& store, const Catalog& catalog,
                                               const Generation& generation) const;

  const Settings settings_;
  const std::shared_ptr<PostgresPool> pool_;
  const std::shared_ptr<PostgresPool> quick_pool_;
  const std::shared_ptr<const QdrantClient> qdrant_;
  const std::shared_ptr<CircuitBreaker> words_;
  const std::shared_ptr<CircuitBreaker> vectors_;
  /// Words answer alone since Qdrant's vectors could not be opened: that it answers says little.
  mutable std::atomic<bool> unopened_ = false;
};

}  // namespace anireco::app
