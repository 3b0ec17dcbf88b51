#pragma once

#include <string>
#include <vector>

#include "catalog/contributions.h"
#include "catalog/identity.h"
#include "catalog/sqlite/database.h"

namespace anireco {

/// The tables of titles, their identities and contributions. Writes belong in a transaction of the
/// caller. Not thread-safe.
class TitleTable final : public IdentityTable {
 public:
  explicit TitleTable(Database& database) : database_(database) {}

  std::vector<std::string> titles_with_key(const std::string& key) const override;
  std::string current_id(const std::string& id) const override;
  ExternalIds ids_of(const std::string& id) const override;

  enum class Change { added, changed, unchanged };
  /// Puts a source's record where `place` says.
  Change put(const Placement& place, const std::string& source, const Anime& record);
  /// Puts all that an export says of a title where `place` says.
  Change put_title(const Placement& place, const TitleRecord& title);

  std::vector<ContributionRow> all_rows() const;
  std::vector<FormerId> former_ids() const;

 private:
  void absorb(const std::string& from, const std::string& into);
  /// Derives the keys of a title anew from all that is said of it.
  void rebuild_keys(const std::string& title);
  /// Those that no title has or had.
  void add_former_ids(const std::string& title, const std::vector<std::string>& ids);
  void insert_row(const ContributionRow& row);
  void add_keys(const std::string& title, const Anime& record);
  std::vector<ContributionRow> rows_of(const std::string& title, const std::string& source) const;

  Database& database_;
};

}  // namespace anireco
