#include "engine_watch.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/failure_log.h"
#include "base/growing_pause.h"
#include "catalog/postgres/outbox.h"

namespace anireco::app {
namespace {

constexpr std::chrono::seconds kInterval{1};
constexpr std::chrono::seconds kLongestPause{60};

void wait(const std::stop_token& stop, std::chrono::milliseconds time = kInterval) {
  SystemClock clock;
  clock.sleep_until(clock.now() + time, stop);
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

EngineWatch::~EngineWatch() {
  // Both at once, then each is waited for.
  prober_.request_stop();
  feeder_.request_stop();
}

void EngineWatch::probe(const std::stop_token& stop) const {
  for (; !stop.stop_requested(); wait(stop)) {
    engines_.probe(watched_, snapshots_.current().get());
  }
}

void EngineWatch::feed(const std::stop_token& stop) const {
  FeedOptions options = engines_.feed_options();
  options.qdrant.stop = stop;
  FailureLog failures("Qdrant is not fed", LogLevel::warning);
  GrowingPause pause(kInterval, kLongestPause);
  for (; !stop.stop_requested(); wait(stop, pause.length())) {
    try {
      // First a question that a silent PostgreSQL cannot hold up for long.
      if (!Outbox(*engines_.quick_pool()).pending().empty()) {
        feed_qdrant(*engines_.pool(), store_, *engines_.qdrant(), options);
      }
      failures.clear();
      pause.succeeded();
    } catch (const std::exception& error) {
      pause.failed();
      if (!stop.stop_requested()) failures.tell(error);
    }
  }
}

}  // namespace anireco::app
