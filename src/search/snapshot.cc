#include "search/snapshot.h"

#include <utility>

namespace anireco {

std::shared_ptr<const Snapshot> SnapshotHolder::current() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

void SnapshotHolder::set(std::shared_ptr<const Snapshot> snapshot) {
  // The old one may be the last reference to a mapped file: let it go outside of the lock.
  {
    const std::lock_guard lock(mutex_);
    std::swap(snapshot_, snapshot);
  }
}

}  // namespace anireco
