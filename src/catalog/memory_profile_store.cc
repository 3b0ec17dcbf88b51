#include "catalog/memory_profile_store.h"

namespace anireco {

std::vector<ProfileOutline> MemoryProfileStore::outlines() const {
  const std::lock_guard lock(mutex_);
  std::vector<ProfileOutline> all;
  for (const auto& [name, profile] : profiles_) {
    all.push_back({name, profile->updated, profile->entries.size()});
  }
  return all;
}

std::shared_ptr<const Profile> MemoryProfileStore::load(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = profiles_.find(name);
  return found == profiles_.end() ? nullptr : found->second;
}

std::shared_ptr<const Profile> MemoryProfileStore::change(std::string_view name, const Edit& edit) {
  const std::lock_guard lock(mutex_);
  const auto found = profiles_.find(name);
  auto next = std::make_shared<Profile>();
  if (found != profiles_.end()) *next = *found->second;
  next->name = name;
  edit(next->entries);
  check_profile_size(next->entries.size(), profiles_.size() - (found == profiles_.end() ? 0 : 1));
  next->updated = profile_time_now();
  next->revision = ++last_revision_;
  profiles_[std::string(name)] = next;
  return next;
}

bool MemoryProfileStore::erase(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = profiles_.find(name);
  if (found == profiles_.end()) return false;
  profiles_.erase(found);
  return true;
}

}  // namespace anireco
