#pragma once

#include <span>
#include <string>
#include <vector>

#include "catalog/catalog_store.h"
#include "catalog/contributions.h"
#include "catalog/identity.h"

namespace anireco {

/// The rows that a store keeps of titles: their ids, what sources say of them, the keys under which
/// they are found, their former ids. Only storage; what is written stands once, in the functions
/// below. Not thread-safe.
class TitleRows : public IdentityTable {
 public:
  virtual void insert_title(const std::string& id) = 0;

  /// All that is said of a title; of one source alone when it is named.
  virtual std::vector<ContributionRow> rows_of(const std::string& title) const = 0;
  virtual std::vector<ContributionRow> rows_of(const std::string& title,
                                               const std::string& source) const = 0;
  /// Of a title, source and key that has none yet.
  virtual void insert_row(const ContributionRow& row) = 0;
  virtual void remove_row(const std::string& title, const std::string& source,
                          const std::string& key) = 0;

  virtual void insert_key(const std::string& key, const std::string& title) = 0;
  virtual void remove_keys(const std::string& title) = 0;
  /// Of an id that no title has or had.
  virtual void insert_former_id(const std::string& id, const std::string& title) = 0;

  /// Moves a title's rows (in place of those of the same source and key) and former ids to another,
  /// whose former id it becomes; its keys and the title itself go.
  virtual void absorb(const std::string& from, const std::string& into) = 0;
};

/// CatalogStore::upsert() over rows, without its transaction.
UpsertCounts upsert_records(TitleRows& table, const std::string& source,
                            std::span<const Anime> records, const UpsertOptions& options);

/// CatalogStore::upsert_titles() over rows, without its transaction.
UpsertCounts upsert_titles(TitleRows& table, std::span<const TitleRecord> titles);

/// The external ids among the keys of a title; of a site's first, in the order given.
ExternalIds ids_of_keys(std::span<const std::string> keys);

}  // namespace anireco
