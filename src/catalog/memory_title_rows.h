#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalog/title_rows.h"

namespace anireco {

/// TitleRows in memory: all of a MemoryStore's, or those that one transaction of a database is
/// about, whose changes are written back at its end. Not thread-safe.
class MemoryTitleRows : public TitleRows {
 public:
  /// What tells one row from another.
  struct RowKey {
    std::string title = {};
    std::string source = {};
    std::string key = {};
    auto operator<=>(const RowKey&) const = default;
    bool operator==(const RowKey&) const = default;
  };
  using Rows = std::map<RowKey, std::string>;                     ///< To the JSON.
  using Titles = std::unordered_map<std::string, std::uint64_t>;  ///< To the order of first sight.
  using Keys = std::set<std::pair<std::string, std::string>>;     ///< Title and key.
  using FormerIds = std::map<std::string, std::string>;           ///< To the title that has it now.

  const Rows& rows() const { return rows_; }
  const Titles& titles() const { return titles_; }
  const Keys& keys() const { return keys_; }
  const FormerIds& former_ids() const { return former_; }
  /// What absorb() did, in order: from, into.
  const std::vector<std::pair<std::string, std::string>>& absorbed() const { return absorbed_; }

  /// Takes a title that is there already. `seen` orders titles; new ones come behind all of these.
  void load_title(const std::string& id, std::uint64_t seen);

  std::vector<std::string> titles_with_key(const std::string& key) const override;
  std::string current_id(const std::string& id) const override;
  ExternalIds ids_of(const std::string& id) const override;

  void insert_title(const std::string& id) override;
  std::vector<ContributionRow> rows_of(const std::string& title) const override;
  std::vector<ContributionRow> rows_of(const std::string& title,
                                       const std::string& source) const override;
  void insert_row(const ContributionRow& row) override;
  void remove_row(const std::string& title, const std::string& source,
                  const std::string& key) override;
  void insert_key(const std::string& key, const std::string& title) override;
  void remove_keys(const std::string& title) override;
  void insert_former_id(const std::string& id, const std::string& title) override;
  void absorb(const std::string& from, const std::string& into) override;

 private:
  std::vector<ContributionRow> collect(const RowKey& from, bool one_source) const;

  Rows rows_;
  Titles titles_;
  Keys keys_;
  std::unordered_map<std::string, std::set<std::string>> titles_of_key_;
  FormerIds former_;
  std::vector<std::pair<std::string, std::string>> absorbed_;
  std::uint64_t next_seen_ = 0;
};

}  // namespace anireco
