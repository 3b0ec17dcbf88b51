#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "catalog/postgres/postgres_pool.h"
#include "fulltext/full_text_index.h"

namespace anireco {

struct PostgresFullTextOptions {
  /// Documents that a search fetches at least, if that many have a word of it, >= 1: those with the
  /// rarest words of the query.
  std::size_t candidates = 4096;
  /// Documents by which the statistics of those that are no candidates are estimated, >= 1.
  std::size_t sample = 4096;
  /// Statistics of documents kept in memory, bytes.
  std::size_t cache_bytes = std::size_t{128} << 20;
  /// By which the constructor reads what takes seconds, where the pool has a shorter work_limit;
  /// null: by the pool.
  std::shared_ptr<PostgresPool> loading = nullptr;
};

/// BM25F over a content in PostgreSQL (postgres_content.h): candidates by the tsvector column's GIN
/// index, those with the rarest words of the query; scores from the statistics of the import, equal
/// to Bm25fIndex's for every document that is a candidate. LexicalStatistics are exact when the
/// candidates are all documents that match, else estimated from a sample for the rest. Near words
/// of unknown ones by pg_trgm. Thread-safe; a search takes one connection of the pool for some ms
/// and throws Error{unavailable} without a server or beyond the pool's statement limit.
class PostgresFullTextIndex final : public FullTextIndex {
 public:
  /// Reads the settings and the sample. Throws Error{not_found} when no such content is kept,
  /// Error{corrupt}, Error{unavailable}.
  PostgresFullTextIndex(std::shared_ptr<PostgresPool> pool, const std::string& content_hash,
                        PostgresFullTextOptions options = {});
  ~PostgresFullTextIndex() override;

  std::size_t size() const;  ///< Documents.

  std::vector<LexicalHit> search(const LexicalQuery& query) const override;
  std::vector<std::vector<TermContribution>> explain(std::string_view text,
                                                     std::span<const DocId> docs) const override;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace anireco
