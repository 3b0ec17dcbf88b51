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
/// as the bytes allow; what was not looked at for longest makes room. Thread-safe.
/// Source: Corbató, "A Paging Experiment with the Multics System", 1968 (the clock algorithm).
class DocumentCache {
 public:
  using Terms = std::shared_ptr<const DocumentTerms>;

  DocumentCache(PostgresPool& pool, std::string table, std::size_t documents, std::size_t bytes);

  /// Fetches as many as fit by this pool (read in one go, which is quick), and says so in the log
  /// when these are not all.
  void fill(PostgresPool& pool);
  /// For each of `docs`, in their order; never null. Throws Error{corrupt} when one is missing.
  std::vector<Terms> get(std::span<const DocId> docs) { return get(docs, pool_); }
  std::vector<Terms> get(std::span<const DocId> docs, PostgresPool& pool);

 private:
  void keep(DocId doc, const Terms& terms);
  void make_room(std::size_t bytes);

  PostgresPool& pool_;
  const std::string table_;
  const std::size_t most_bytes_;
  std::mutex mutex_;
  std::vector<Terms> kept_;  // by DocId, null: not kept
  std::size_t bytes_ = 0;
  std::vector<bool> looked_at_;  // by DocId, since hand_ came by
  std::size_t hand_ = 0;         // who is next when there is no room
};

}  // namespace anireco
