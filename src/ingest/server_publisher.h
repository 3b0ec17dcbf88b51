#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "catalog/catalog_store.h"
#include "catalog/postgres/postgres_pool.h"
#include "ingest/generation_publisher.h"
#include "ingest/qdrant_publisher.h"
#include "ingest/title_vectors.h"

namespace anireco {

/// What generations on servers are fed with.
struct FeedOptions {
  std::string who = {};     ///< This process, for people: "host:pid".
  std::size_t threads = 2;  ///< That read records, >= 1.
  QdrantPublishOptions qdrant = {};
};

/// Brings the newest generation that Qdrant still lacks to it, from PostgreSQL's outbox: at most
/// one process is at it, and the next goes on where one ended. False when nothing is owed or
/// another process is at it. Throws Error{unavailable} when either server does not answer, or when
/// a newer generation came meanwhile: call again.
bool feed_qdrant(PostgresPool& pool, const CatalogStore& store, const QdrantClient& qdrant,
                 const FeedOptions& options);

/// Mends what compare_with_qdrant() found of the current generation, as the one process that feeds.
/// The alias goes back from newer generations of a record whose backup was restored, and those go.
/// Call it with the writer's lock held. Throws Error{unavailable} when another process is at it,
/// or a newer generation came meanwhile, which is not touched.
void repair_fed(const QdrantDifferences& differences, PostgresPool& pool, const CatalogStore& store,
                const QdrantClient& qdrant, const TitleVectors& vectors, const Catalog& catalog,
                const Generation& generation, const FeedOptions& options);

struct ServerPublisherOptions {
  FeedOptions feed = {};
  std::size_t threads = 2;  ///< That build the text's statistics, >= 1.
};

/// Publishes in PostgreSQL: the generation's records and texts, then the generation itself, whose
/// entry in the outbox feeds Qdrant. A whole generation is fed here at once; should Qdrant be
/// silent, whoever serves feeds it later. Thread-safe.
class ServerPublisher final : public GenerationPublisher {
 public:
  /// The store is borrowed. qdrant may be null: there is none.
  ServerPublisher(CatalogStore& store, std::shared_ptr<PostgresPool> pool,
                  std::shared_ptr<const QdrantClient> qdrant, ServerPublisherOptions options = {});

  Generation publish(const ModelInfo& model) override;

 private:
  CatalogStore& store_;
  const std::shared_ptr<PostgresPool> pool_;
  const std::shared_ptr<const QdrantClient> qdrant_;
  const ServerPublisherOptions options_;
};

}  // namespace anireco
