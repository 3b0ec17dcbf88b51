#include "api/snapshot_watcher.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "base/stopwatch.h"

namespace anireco {

struct SnapshotWatcher::State {
  const CatalogStore& store;
  SnapshotHolder& holder;
  Load load;
  SnapshotWatcherOptions options;
  std::mutex mutex;
  std::condition_variable wake;
  bool ending = false;
  std::string last_failure;
  std::thread thread;

  bool is_new(const Generation& published) const {
    const auto current = holder.current();
    if (published.number == 0) return false;
    return !current || current->awaits_vectors || current->generation.number != published.number ||
           current->generation.content_hash != published.content_hash;
  }

  void look() {
    if (!is_new(store.generation())) return;
    Stopwatch watch;
    if (auto snapshot = load()) {
      log_info("generation {} with {} titles answers now, loaded in {:.0f} ms",
               snapshot->generation.number, snapshot->catalog->size(), watch.lap_ms());
      holder.set(std::move(snapshot));
    }
    last_failure.clear();
  }

  /// Each failure is told once, not twice a second.
  void tell(const std::string& failure) {
    if (failure != last_failure) log_error("the new generation cannot be loaded: {}", failure);
    last_failure = failure;
  }

  void run() {
    std::unique_lock lock(mutex);
    while (!ending) {
      lock.unlock();
      try {
        look();
      } catch (const Error& error) {
        tell(std::string(error.what()) + " (" + error.context() + ")");
      } catch (const std::exception& error) {
        tell(error.what());
      }
      lock.lock();
      wake.wait_for(lock, options.interval, [this] { return ending; });
    }
  }
};

SnapshotWatcher::SnapshotWatcher(const CatalogStore& store, SnapshotHolder& holder, Load load,
                                 SnapshotWatcherOptions options)
    : state_(new State{.store = store,
                       .holder = holder,
                       .load = std::move(load),
                       .options = options,
                       .mutex = {},
                       .wake = {},
                       .last_failure = {},
                       .thread = {}}) {
  if (options.interval.count() <= 0) {
    throw Error(ErrorKind::invalid_argument, "the watcher's interval must be above zero");
  }
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

SnapshotWatcher::~SnapshotWatcher() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->wake.notify_all();
  state_->thread.join();
}

}  // namespace anireco
