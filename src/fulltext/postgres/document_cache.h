#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "catalog/anime.h"
#include "catalog/postgres/postgres_pool.h"
#include "fulltext/postgres/document_terms.h"

namespace anireco {

/// The BM25F statistics of a content's documents: fetched when they are asked for and kept, as many
/// as the bytes allow. Thread-safe.
class DocumentCache {
 public:
  using Terms = std::shared_ptr<const DocumentTerms>;

  DocumentCache(PostgresPool& pool, std::string table, std::size_t documents, std::size_t bytes);

  /// Fetches all by this pool when they fit (they are read in order, which is quick).
  void fill(PostgresPool& pool);
  /// For each of `docs`, in their order; never null. Throws Error{corrupt} when one is missing.
  std::vector<Terms> get(std::span<const DocId> docs) { return get(docs, pool_); }
  std::vector<Terms> get(std::span<const DocId> docs, PostgresPool& pool);

 private:
  void keep(DocId doc, const Terms& terms);

  PostgresPool& pool_;
  const std::string table_;
  const std::size_t most_bytes_;
  std::mutex mutex_;
  std::vector<Terms> kept_;  // by DocId, null: not kept
  std::size_t bytes_ = 0;
  bool odd_ = false;  // which half goes next when there is no room
};

}  // namespace anireco
