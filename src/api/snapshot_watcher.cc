#include "api/snapshot_watcher.h"

#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/failure_log.h"
#include "base/growing_pause.h"
#include "base/log.h"
#include "base/peak_memory.h"
#include "base/stopwatch.h"

namespace anireco {

struct SnapshotWatcher::State {
  const CatalogStore& store;
  SnapshotHolder& holder;
  Load load;
  SnapshotWatcherOptions options;
  FailureLog failures{"what is published cannot be loaded"};
  std::optional<Generation> failed = {};  ///< Could not be loaded the last time.
  Clock::Instant try_again = {};
  GrowingPause pause{options.interval, options.longest_pause};
  std::jthread thread = {};

  bool is_new(const Generation& published) const {
    const auto current = holder.current();
    if (published.number == 0) return false;
    return !current || current->awaits_vectors || current->generation.number != published.number ||
           current->generation.content_hash != published.content_hash;
  }

  void load_new() {
    Stopwatch watch;
    if (auto snapshot = load()) {
      const std::uint64_t number = snapshot->generation.number;
      const std::size_t titles = snapshot->catalog->size();
      holder.set(std::move(snapshot));
      // At the swap both generations are there.
      log_info("generation {} with {} titles answers now, loaded in {:.0f} ms; {:.0f} MiB at most",
               number, titles, watch.lap_ms(), peak_memory_mib());
    }
  }

  void look(const Clock& clock) {
    const Generation published = store.generation();
    const bool again = failed == published;
    if (again && clock.now() < try_again) return;
    try {
      if (is_new(published)) load_new();
    } catch (...) {
      if (!again) pause.succeeded();
      pause.failed();
      try_again = clock.now() + pause.length();
      failed = published;
      throw;
    }
    failed.reset();
    failures.clear();
  }

  void run(const std::stop_token& stop) {
    SystemClock clock;
    while (!stop.stop_requested()) {
      try {
        look(clock);
      } catch (const std::exception& error) {
        failures.tell(error);
      }
      clock.sleep_until(clock.now() + options.interval, stop);
    }
  }
};

SnapshotWatcher::SnapshotWatcher(const CatalogStore& store, SnapshotHolder& holder, Load load,
                                 SnapshotWatcherOptions options)
    : state_(new State{
          .store = store, .holder = holder, .load = std::move(load), .options = options}) {
  if (options.interval.count() <= 0) {
    throw Error(ErrorKind::invalid_argument, "the watcher's interval must be above zero");
  }
  state_->thread =
      std::jthread([state = state_.get()](const std::stop_token& stop) { state->run(stop); });
}

SnapshotWatcher::~SnapshotWatcher() = default;

}  // namespace anireco
