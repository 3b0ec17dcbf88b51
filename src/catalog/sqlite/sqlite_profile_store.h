#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/profile_store.h"

namespace anireco {

/// Profiles in a SQLite file of their own (WAL): the lock of a catalogue's import does not touch
/// it, readers never block, and processes may share it.
class SqliteProfileStore final : public ProfileStore {
 public:
  /// Opens or makes the file. Throws Error{invalid_argument} for a file of a newer version or of
  /// another program.
  explicit SqliteProfileStore(const std::filesystem::path& path);
  ~SqliteProfileStore() override;

  std::vector<ProfileOutline> outlines() const override;
  std::shared_ptr<const Profile> load(std::string_view name) const override;
  std::shared_ptr<const Profile> change(std::string_view name, const Edit& edit) override;
  bool erase(std::string_view name) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
