#include "engine_watch.h"

#include <condition_variable>
#include <mutex>
#include <string>

#include "base/error.h"
#include "base/log.h"
#include "catalog/postgres/outbox.h"

namespace anireco::app {
namespace {

constexpr std::chrono::seconds kInterval{1};

void wait(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, kInterval, [] { return false; });
}

}  // namespace

EngineWatch::EngineWatch(const ServerEngines& engines, const CatalogStore& store,
                         const CatalogStore& watched, const SnapshotHolder& snapshots)
    : engines_(engines), store_(store), watched_(watched), snapshots_(snapshots) {
  prober_ = std::jthread([this](const std::stop_token& stop) { probe(stop); });
  if (engines_.qdrant()) {
    feeder_ = std::jthread([this](const std::stop_token& stop) { feed(stop); });
  }
}

EngineWatch::~EngineWatch() = default;

void EngineWatch::probe(const std::stop_token& stop) const {
  for (; !stop.stop_requested(); wait(stop)) {
    engines_.probe(watched_, snapshots_.current().get());
  }
}

void EngineWatch::feed(const std::stop_token& stop) const {
  FeedOptions options = engines_.feed_options();
  options.qdrant.progress = [&stop](std::size_t, std::size_t) {
    if (stop.stop_requested()) throw Error(ErrorKind::unavailable, "the server ends");
  };
  std::string last_failure;
  for (; !stop.stop_requested(); wait(stop)) {
    try {
      // First a question that a silent PostgreSQL cannot hold up for long.
      if (!Outbox(*engines_.quick_pool()).pending().empty()) {
        feed_qdrant(*engines_.pool(), store_, *engines_.qdrant(), options);
      }
      last_failure.clear();
    } catch (const Error& error) {
      // Each failure is told once, not once a second.
      if (last_failure != error.what() && !stop.stop_requested()) {
        log_warning("Qdrant is not fed: {} ({})", error.what(), error.context());
      }
      last_failure = error.what();
    } catch (const std::exception& error) {
      if (last_failure != error.what()) log_error("Qdrant is not fed: {}", error.what());
      last_failure = error.what();
    }
  }
}

}  // namespace anireco::app
