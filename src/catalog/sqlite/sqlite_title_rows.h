#pragma once

#include <string>
#include <vector>

#include "catalog/sqlite/database.h"
#include "catalog/title_rows.h"

namespace anireco {

/// The tables of titles, their identities and contributions. Writes belong in a transaction of the
/// caller. Not thread-safe.
class SqliteTitleRows final : public TitleRows {
 public:
  explicit SqliteTitleRows(Database& database) : database_(database) {}

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

  std::vector<ContributionRow> all_rows() const;
  std::vector<FormerId> former_ids() const;

 private:
  Database& database_;
};

}  // namespace anireco
