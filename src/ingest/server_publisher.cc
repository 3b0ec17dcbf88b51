#include "ingest/server_publisher.h"

#include <chrono>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "catalog/postgres/generation_content.h"
#include "catalog/postgres/outbox.h"
#include "fulltext/postgres/postgres_content.h"
#include "ingest/generation_vectors.h"
#include "ingest/publisher.h"

namespace anireco {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kLease{60};
constexpr std::chrono::seconds kExtendAfter{15};

/// Feeds one entry; false when there is nothing to feed of it.
bool feed(Outbox& outbox, const OutboxEntry& entry, PostgresPool& pool, const CatalogStore& store,
          const QdrantClient& qdrant, const FeedOptions& options) {
  if (entry.generation.model_fingerprint.empty()) return false;
  const Catalog catalog(read_generation_records(pool, entry.generation, options.threads));
  if (TitleVectors(store, catalog, entry.generation.model_fingerprint).count() == 0) return false;
  QdrantPublishOptions publish = options.qdrant;
  auto extended = steady_clock::now();
  const auto extend = [&] {
    extended = steady_clock::now();
    if (!outbox.extend(entry, options.who, kLease)) {
      throw Error(ErrorKind::unavailable, "a newer generation goes to Qdrant instead");
    }
  };
  publish.progress = [&](std::size_t done, std::size_t all) {
    if (options.qdrant.progress) options.qdrant.progress(done, all);
    if (steady_clock::now() - extended >= kExtendAfter) extend();
  };
  publish.fault = [&](std::string_view point) {
    fault_point(options.qdrant.fault, point);
    // The alias must not go back from a newer generation to this one.
    if (point == "qdrant.before_switch") extend();
  };
  const QdrantPublishResult result =
      publish_to_qdrant(qdrant, store, catalog, entry.generation, publish);
  log_info("generation {} is in Qdrant: {} titles, {} of them sent now", entry.generation.number,
           result.content.points, result.sent);
  return true;
}

}  // namespace

bool feed_qdrant(PostgresPool& pool, const CatalogStore& store, const QdrantClient& qdrant,
                 const FeedOptions& options) {
  Outbox outbox(pool);
  const std::optional<OutboxEntry> entry = outbox.take(options.who, kLease);
  if (!entry) return false;
  try {
    const bool fed = feed(outbox, *entry, pool, store, qdrant, options);
    outbox.done(*entry);
    return fed;
  } catch (...) {
    // Whatever goes wrong now, the lease runs out by itself.
    try {
      outbox.give_back(*entry);
    } catch (const Error& error) {
      log_debug("an entry of the outbox is not given back: {}", error.what());
    }
    throw;
  }
}

ServerPublisher::ServerPublisher(CatalogStore& store, std::shared_ptr<PostgresPool> pool,
                                 std::shared_ptr<const QdrantClient> qdrant,
                                 ServerPublisherOptions options)
    : store_(store),
      pool_(std::move(pool)),
      qdrant_(std::move(qdrant)),
      options_(std::move(options)) {}

Generation ServerPublisher::publish(const ModelInfo& model) {
  std::vector<Anime> records = store_.load();
  Generation next;
  next.number = store_.generation().number + 1;
  next.content_hash = content_hash(records);
  next.model_fingerprint = model.fingerprint;
  const Catalog catalog(std::move(records));
  next.vectors_complete =
      !model.fingerprint.empty() && has_all_vectors(store_, catalog, model.fingerprint);
  PostgresContentOptions content;
  content.postings.generation = next.number;
  content.postings.threads = options_.threads;
  put_content(*pool_, next.content_hash, catalog, content);
  store_.publish(next);
  if (qdrant_ && next.vectors_complete) {
    try {
      feed_qdrant(*pool_, store_, *qdrant_, options_.feed);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable) throw;
      log_warning("Qdrant is fed later: {} ({})", error.what(), error.context());
    }
  }
  return next;
}

}  // namespace anireco
