#pragma once

#include <string>

#include "base/fault_point.h"
#include "catalog/catalog.h"
#include "catalog/postgres/generation_content.h"
#include "catalog/postgres/postgres_pool.h"
#include "fulltext/bm25f_index.h"

namespace anireco {

struct PostgresContentOptions {
  PostingsOptions postings = {};
  /// Visited as "content.before_records", "content.before_text", "content.before_commit".
  FaultHook fault = {};
};

/// Writes what a generation consists of, before the store publishes it: the records by DocId, the
/// tsvector of each document with its GIN index, the BM25F statistics. One transaction: it is
/// there whole or not at all. When the content of this hash is there already, nothing is written
/// (a publish that only brings more vectors); made by other settings, it is replaced, and goes a
/// minute after the publish that follows, since searches may be reading it. The caller holds the
/// store's writer lock. content_hash: of the catalogue's records (ingest's content_hash()). Throws
/// Error{unavailable}, Error{invalid_argument} for an option out of range.
GenerationContent put_content(PostgresPool& pool, const std::string& content_hash,
                              const Catalog& catalog, const PostgresContentOptions& options = {});

}  // namespace anireco
