#pragma once

#include <thread>

#include "server_engines.h"

namespace anireco::app {

/// What a server does for its engines beside answering, on threads of its own: it asks once a
/// second whether they are there, and brings to Qdrant what PostgreSQL's outbox owes it, whoever
/// published it; where that fails it waits twice as long for the next try, up to a minute.
class EngineWatch {
 public:
  /// All must outlive it. `watched`: ServerEngines::open_watched_store()'s; `snapshots`: what
  /// answers.
  EngineWatch(const ServerEngines& engines, const CatalogStore& store, const CatalogStore& watched,
              const SnapshotHolder& snapshots);
  /// Waits for a question under way; what is being fed is left for the next.
  ~EngineWatch();
  EngineWatch(const EngineWatch&) = delete;
  EngineWatch& operator=(const EngineWatch&) = delete;

 private:
  void probe(const std::stop_token& stop) const;
  void feed(const std::stop_token& stop) const;

  const ServerEngines& engines_;
  const CatalogStore& store_;
  const CatalogStore& watched_;
  const SnapshotHolder& snapshots_;
  std::jthread prober_;
  std::jthread feeder_;
};

}  // namespace anireco::app
