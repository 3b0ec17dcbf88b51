#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/profile_store.h"

namespace anireco {

/// The in-memory twin of SqliteProfileStore, for tests: the same answers, nothing on disk.
class MemoryProfileStore final : public ProfileStore {
 public:
  std::vector<ProfileOutline> outlines() const override;
  std::shared_ptr<const Profile> load(std::string_view name) const override;
  std::shared_ptr<const Profile> change(std::string_view name, const Edit& edit) override;
  bool erase(std::string_view name) override;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Profile>, std::less<>> profiles_;
  std::uint64_t last_revision_ = 0;
};

}  // namespace anireco
