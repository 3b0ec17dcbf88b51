#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "catalog/catalog_store.h"
#include "search/snapshot.h"

namespace anireco {

struct SnapshotWatcherOptions {
  std::chrono::milliseconds interval{500};  ///< Between two looks at the store, > 0.
  /// A generation that cannot be loaded is tried again after twice the interval, then twice as long
  /// each time, up to this; another one at once.
  std::chrono::milliseconds longest_pause{std::chrono::minutes(1)};
};

/// Keeps a process on the newest generation: looks at the store every now and then, on a thread of
/// its own, and swaps the snapshot when another generation was published, by this process or
/// another. A generation that cannot be loaded is tried again; the old one answers meanwhile.
class SnapshotWatcher {
 public:
  /// Loads the published generation; null when there is none yet, or when what answers now is to go
  /// on for a while. Called on the watcher's thread.
  using Load = std::function<std::shared_ptr<const Snapshot>()>;

  /// Store and holder must outlive the watcher. If the holder has no snapshot, one is loaded as
  /// soon as there is a generation.
  SnapshotWatcher(const CatalogStore& store, SnapshotHolder& holder, Load load,
                  SnapshotWatcherOptions options = {});
  /// Waits for a load under way.
  ~SnapshotWatcher();
  SnapshotWatcher(const SnapshotWatcher&) = delete;
  SnapshotWatcher& operator=(const SnapshotWatcher&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
