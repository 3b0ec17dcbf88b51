#pragma once

#include <pqxx/transaction_base>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "catalog/memory_title_rows.h"

namespace anireco {

/// The titles that some records are about, fetched in a few statements, changed in memory, and
/// written back in a few more. Lives within one transaction, which must keep other writers out.
class PostgresTitleRows final : public MemoryTitleRows {
 public:
  explicit PostgresTitleRows(pqxx::transaction_base& transaction) : transaction_(transaction) {}

  /// Fetches all that upserting these records looks at.
  void fetch(std::span<const Anime> records);
  void fetch(std::span<const TitleRecord> titles);
  /// Writes what has changed since.
  void store() const;

  std::string current_id(const std::string& id) const override;

 private:
  void fetch(const std::set<std::string>& ids, const std::set<std::string>& keys);
  void store_titles() const;
  void store_rows() const;
  void store_keys() const;
  void store_former_ids() const;

  pqxx::transaction_base& transaction_;
  std::set<std::string> known_ids_;  ///< Ids that were looked up, whether a title has them or not.
  Titles old_titles_;
  Rows old_rows_;
  Keys old_keys_;
  FormerIds old_former_;
};

}  // namespace anireco
