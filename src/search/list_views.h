#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "catalog/profile.h"
#include "search/list_view.h"
#include "search/snapshot.h"
#include "search/taste.h"

namespace anireco {

/// A view with the taste that was learnt from it, if it was asked for.
struct ListOnSnapshot {
  std::shared_ptr<const ListView> view = nullptr;
  std::shared_ptr<const Taste> taste = nullptr;
};

/// Keeps the views and tastes of the lists that are in use, so that a search with a list costs
/// hardly more than one without. What belongs to an older snapshot or revision is made again.
/// Thread-safe; two threads may make the same thing at once.
class ListViews {
 public:
  std::shared_ptr<const ListView> view(const Profile& profile,
                                       const std::shared_ptr<const Snapshot>& snapshot,
                                       Level level);
  ListOnSnapshot with_taste(const Profile& profile, const std::shared_ptr<const Snapshot>& snapshot,
                            Level level);

 private:
  struct Kept {
    std::weak_ptr<const Snapshot> snapshot;
    ListOnSnapshot list;
  };
  ListOnSnapshot find(const Profile& profile, const std::shared_ptr<const Snapshot>& snapshot,
                      Level level);
  void keep(const std::shared_ptr<const Snapshot>& snapshot, const ListOnSnapshot& list);

  std::mutex mutex_;
  std::vector<Kept> kept_;  ///< The last used first.
};

}  // namespace anireco
