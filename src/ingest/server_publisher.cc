#include "ingest/server_publisher.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "catalog/postgres/generation_content.h"
#include "catalog/postgres/outbox.h"
#include "fulltext/postgres/postgres_content.h"
#include "index/qdrant/qdrant_collection.h"
#include "ingest/generation_vectors.h"
#include "ingest/publisher.h"
#include "ingest/title_vectors.h"

namespace anireco {
namespace {

constexpr std::chrono::seconds kLease{60};
constexpr std::chrono::seconds kExtendAfter{15};

/// Between what asks the record, which takes a while.
void check_stop(const FeedOptions& options) {
  if (options.qdrant.stop.stop_requested()) throw Error(ErrorKind::unavailable, "stopped");
}

/// Why the entry is not this process's any more, for people.
std::string how_lost(const Outbox& outbox, const OutboxEntry& entry) {
  const std::uint64_t generation = entry.generation.number;
  const std::vector<OutboxEntry> pending = outbox.pending();
  if (!pending.empty() && pending.back().generation.number > generation) {
    return fmt::format("generation {} was published meanwhile and goes to Qdrant instead of {}",
                       pending.back().generation.number, generation);
  }
  const auto same = std::ranges::find(pending, entry.number, &OutboxEntry::number);
  if (same == pending.end()) {
    return fmt::format("generation {} was fed to Qdrant by another process, or is to be fed anew",
                       generation);
  }
  return fmt::format(
      "this process did not report for so long that {} took the feeding of generation {} over",
      same->taken_by.empty() ? "another" : same->taken_by, generation);
}

/// The options with the lease made longer meanwhile, and asked for before the alias is switched.
QdrantPublishOptions under_lease(Outbox& outbox, const OutboxEntry& entry,
                                 const FeedOptions& options) {
  QdrantPublishOptions publish = options.qdrant;
  const auto extend = [&outbox, &entry, &options] {
    if (!outbox.extend(entry, options.who, kLease)) {
      throw Error(ErrorKind::unavailable, how_lost(outbox, entry));
    }
  };
  publish.progress = [&options, extend, clock = publish.clock, extended = publish.clock->now()](
                         std::size_t done, std::size_t all) mutable {
    if (options.qdrant.progress) options.qdrant.progress(done, all);
    if (clock->now() - extended < kExtendAfter) return;
    extended = clock->now();
    extend();
  };
  publish.fault = [&options, extend](std::string_view point) {
    fault_point(options.qdrant.fault, point);
    // The alias must not go back from a newer generation to this one.
    if (point == "qdrant.before_switch") extend();
  };
  return publish;
}

/// Runs `work` and marks the entry done, or gives it back.
template <typename Work>
auto settle(Outbox& outbox, const OutboxEntry& entry, Work&& work) {
  try {
    const auto result = std::forward<Work>(work)();
    outbox.done(entry);
    return result;
  } catch (...) {
    // Whatever goes wrong now, the lease runs out by itself.
    try {
      outbox.give_back(entry);
    } catch (const Error& error) {
      log_debug("an entry of the outbox is not given back: {}", error.what());
    }
    throw;
  }
}

/// Feeds one entry; false when there is nothing to feed of it.
bool feed(Outbox& outbox, const OutboxEntry& entry, PostgresPool& pool, const CatalogStore& store,
          const QdrantClient& qdrant, const FeedOptions& options) {
  if (entry.generation.model_fingerprint.empty()) return false;
  // Before the record is read and vectors are gone through for a server that may be down.
  check_awaits(qdrant.stopped_by(options.qdrant.stop), options.qdrant.collection.prefix,
               entry.generation.number);
  const Catalog catalog(read_generation_records(pool, entry.generation, options.threads));
  check_stop(options);
  const TitleVectors vectors(store, catalog, entry.generation.model_fingerprint);
  check_stop(options);
  if (vectors.count() == 0) return false;
  const QdrantPublishResult result = publish_to_qdrant(qdrant, vectors, catalog, entry.generation,
                                                       under_lease(outbox, entry, options));
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
  return settle(outbox, *entry, [&] { return feed(outbox, *entry, pool, store, qdrant, options); });
}

void repair_fed(const QdrantDifferences& differences, PostgresPool& pool, const CatalogStore& store,
                const QdrantClient& qdrant, const TitleVectors& vectors, const Catalog& catalog,
                const Generation& generation, const FeedOptions& options) {
  Outbox outbox(pool);
  if (outbox.pending().empty()) outbox.feed_again();
  const std::optional<OutboxEntry> entry = outbox.take(options.who, kLease);
  if (!entry) {
    throw Error(ErrorKind::unavailable, "another process feeds Qdrant at the moment; try again");
  }
  settle(outbox, *entry, [&] {
    FeedOptions checked = options;
    checked.qdrant.collection.undo_newer = true;
    checked.qdrant.fault = [&](std::string_view point) {
      fault_point(options.qdrant.fault, point);
      if (point == "qdrant.before_switch" && store.generation() != generation) {
        throw Error(ErrorKind::unavailable, "a newer generation was published meanwhile");
      }
    };
    if (entry->generation != generation) {
      throw Error(ErrorKind::unavailable, "a newer generation was published meanwhile");
    }
    repair_qdrant(differences, qdrant, vectors, catalog, generation,
                  under_lease(outbox, *entry, checked));
    return true;
  });
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
