#pragma once

#include <cstdint>
#include <pqxx/result>
#include <pqxx/transaction_base>
#include <string>

#include "catalog/catalog.h"
#include "catalog/catalog_store.h"
#include "catalog/postgres/postgres_pool.h"

namespace anireco {

/// The tables of one content, which come and go with it, so that dropping one is a moment's work
/// and leaves nothing to clean up behind it.
struct ContentTables {
  explicit ContentTables(std::uint64_t number);
  std::string record;  ///< (doc integer PRIMARY KEY, json text)
  std::string text;    ///< (doc integer PRIMARY KEY, words tsvector)
  std::string weight;  ///< (doc integer PRIMARY KEY, terms bytea): BM25F statistics.
  std::string term;    ///< (number integer PRIMARY KEY, term text, documents integer)
};

/// The rows' columns number, content_hash, model, vectors_complete.
Generation generation_of(const pqxx::row& row);

/// Makes and fills the table of records.
void write_content_records(pqxx::transaction_base& transaction, const ContentTables& tables,
                           const Catalog& catalog);

/// Waits for those who read them at this moment.
void drop_tables(pqxx::transaction_base& transaction, const ContentTables& tables);

/// Deletes generations before the previous one that were superseded a minute ago, but for the one
/// that derived engines were fed last.
void forget_old_generations(pqxx::transaction_base& transaction, std::uint64_t current);

/// Drops what no generation consists of (any more), and what was replaced before a publish that is
/// a minute old. What a search reads at this moment stays for the next time. `guard` throws in each
/// transaction when the caller may not write any more. Throws no Error: leftovers do no harm.
void drop_unused_contents(PostgresPool& pool, const PostgresPool::Work& guard);

}  // namespace anireco
