#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/profile.h"

namespace anireco {

/// A profile without its entries.
struct ProfileOutline {
  std::string name = {};
  std::string updated = {};
  std::size_t entries = 0;
};

/// The seam to where people's lists are kept, apart from the catalogue: an import never blocks
/// them, and several processes may share one store. Names are keys as they are; callers fold them
/// (text/short_name.h). Every change is there whole or not at all, also after a kill. All methods
/// are thread-safe and throw Error{unavailable} (busy, disk full) or Error{corrupt}.
class ProfileStore {
 public:
  virtual ~ProfileStore() = default;
  ProfileStore() = default;
  ProfileStore(const ProfileStore&) = delete;
  ProfileStore& operator=(const ProfileStore&) = delete;

  /// All profiles by name.
  virtual std::vector<ProfileOutline> outlines() const = 0;

  /// Null when there is none of that name. A profile that has not changed since the last call comes
  /// from memory, whichever process changes it.
  virtual std::shared_ptr<const Profile> load(std::string_view name) const = 0;

  /// Changes a profile's entries, or makes a new one (`edit` then gets no entries), in one step:
  /// nobody changes it meanwhile. When `edit` throws, nothing is changed. Returns what is stored
  /// now. Throws Error{invalid_argument} for more than kMaxListEntries entries, or for a new
  /// profile beyond kMaxProfiles.
  using Edit = std::function<void(std::vector<ListEntry>& entries)>;
  virtual std::shared_ptr<const Profile> change(std::string_view name, const Edit& edit) = 0;

  /// True if there was one.
  virtual bool erase(std::string_view name) = 0;

  static constexpr std::size_t kMaxProfiles = 1000;
};

/// Throws as ProfileStore::change() promises. For its implementations.
void check_profile_size(std::size_t entries, std::size_t other_profiles);
/// Now, as Profile::updated writes it.
std::string profile_time_now();

}  // namespace anireco
