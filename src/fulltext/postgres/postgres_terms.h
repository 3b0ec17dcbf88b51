#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "catalog/postgres/postgres_pool.h"
#include "fulltext/term_dictionary.h"

namespace anireco {

/// The terms of a content: looked up by their unique index, near ones by trigrams (pg_trgm), of
/// which a word within the typos allowed shares enough. What was asked for is remembered.
class PostgresTerms final : public TermDictionary {
 public:
  PostgresTerms(PostgresPool& pool, std::string table, std::size_t documents)
      : pool_(pool), table_(std::move(table)), documents_(documents) {}

  std::size_t documents() const override { return documents_; }
  std::vector<KnownTerm> find(std::span<const std::string_view> terms) const override;
  std::vector<KnownTerm> near(std::string_view term, std::size_t max_typos) const override;

 private:
  std::vector<KnownTerm> ask_near(const std::string& term, std::size_t max_typos) const;

  PostgresPool& pool_;
  const std::string table_;
  const std::size_t documents_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, KnownTerm> known_;
  mutable std::unordered_map<std::string, std::vector<KnownTerm>> near_;
};

}  // namespace anireco
