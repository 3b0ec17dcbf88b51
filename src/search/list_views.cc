#include "search/list_views.h"

#include <algorithm>

namespace anireco {
namespace {

/// Lists times levels; a view of a list of 5,000 is about 30 KB, a taste 8 bytes a title.
constexpr std::size_t kMaxKept = 32;

}  // namespace

ListOnSnapshot ListViews::find(const Profile& profile,
                               const std::shared_ptr<const Snapshot>& snapshot, Level level) {
  const std::lock_guard lock(mutex_);
  for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
    const ListView& view = *kept->list.view;
    if (view.profile == profile.name && view.revision == profile.revision && view.level == level &&
        kept->snapshot.lock() == snapshot) {
      std::rotate(kept_.begin(), kept, kept + 1);
      return kept_.front().list;
    }
  }
  return {};
}

void ListViews::keep(const std::shared_ptr<const Snapshot>& snapshot, const ListOnSnapshot& list) {
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const Kept& kept) {
    const bool same =
        kept.list.view->profile == list.view->profile && kept.list.view->level == list.view->level;
    return same || kept.snapshot.expired();
  });
  kept_.insert(kept_.begin(), {snapshot, list});
  if (kept_.size() > kMaxKept) kept_.pop_back();
}

std::shared_ptr<const ListView> ListViews::view(const Profile& profile,
                                                const std::shared_ptr<const Snapshot>& snapshot,
                                                Level level) {
  ListOnSnapshot list = find(profile, snapshot, level);
  if (!list.view) {
    list.view = std::make_shared<const ListView>(view_list(profile, *snapshot->catalog, level));
    keep(snapshot, list);
  }
  return list.view;
}

ListOnSnapshot ListViews::with_taste(const Profile& profile,
                                     const std::shared_ptr<const Snapshot>& snapshot, Level level) {
  ListOnSnapshot list = find(profile, snapshot, level);
  if (list.view && list.taste && !list.taste->lacks_text) return list;
  if (!list.view) {
    list.view = std::make_shared<const ListView>(view_list(profile, *snapshot->catalog, level));
  }
  list.taste =
      std::make_shared<const Taste>(learn_taste(*snapshot, list_opinions(profile, *list.view)));
  keep(snapshot, list);
  return list;
}

}  // namespace anireco
