#include "catalog/postgres/content_tables.h"

#include <pqxx/result>
#include <pqxx/stream_to>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "catalog/anime_json.h"
#include "catalog/postgres/advisory_keys.h"

namespace anireco {
namespace {

constexpr const char* kUnused =
    "(NOT EXISTS (SELECT FROM generation WHERE content_hash = content.hash) OR replaced < "
    "(SELECT max(published) FROM generation WHERE published < now() - interval '60 s'))";

void drop_if_unused(PostgresPool& pool, std::uint64_t number, const PostgresPool::Work& guard) {
  try {
    pool.write([&](pqxx::transaction_base& transaction) {
      transaction.exec("SET LOCAL lock_timeout = '200ms'");
      // Nothing is published meanwhile.
      transaction.exec(take_turns(AdvisoryKey::change));
      guard(transaction);
      const bool unused =
          transaction
              .exec_params(std::string("DELETE FROM content WHERE number = $1 AND ") + kUnused,
                           number)
              .affected_rows() == 1;
      if (unused) drop_tables(transaction, ContentTables(number));
    });
  } catch (const Error& error) {
    log_debug("content {} is left for now: {} {}", number, error.what(), error.context());
  }
}

}  // namespace

ContentTables::ContentTables(std::uint64_t number)
    : record("content_" + std::to_string(number) + "_record"),
      text("content_" + std::to_string(number) + "_text"),
      weight("content_" + std::to_string(number) + "_weight"),
      term("content_" + std::to_string(number) + "_term") {}

Generation generation_of(const pqxx::row& row) {
  Generation generation;
  generation.number = row[0].as<std::uint64_t>();
  generation.content_hash = row[1].as<std::string>();
  generation.model_fingerprint = row[2].as<std::string>();
  generation.vectors_complete = row[3].as<bool>();
  return generation;
}

void write_content_records(pqxx::transaction_base& transaction, const ContentTables& tables,
                           const Catalog& catalog) {
  transaction.exec("CREATE TABLE " + tables.record +
                   " (doc integer PRIMARY KEY, json text NOT NULL)");
  pqxx::stream_to rows(transaction, tables.record);
  for (DocId doc = 0; doc < catalog.size(); ++doc) rows << std::tuple(doc, to_json(catalog[doc]));
  rows.complete();
}

void drop_tables(pqxx::transaction_base& transaction, const ContentTables& tables) {
  for (const std::string& table : {tables.record, tables.text, tables.weight, tables.term}) {
    transaction.exec("DROP TABLE IF EXISTS " + table);
  }
}

void forget_old_generations(pqxx::transaction_base& transaction, std::uint64_t current) {
  transaction.exec_params(
      "DELETE FROM generation WHERE number < $1::bigint - 1 AND "
      "superseded < now() - interval '60 s' AND "
      "number NOT IN (SELECT generation FROM outbox WHERE done IS NOT NULL)",
      current);
}

void drop_unused_contents(PostgresPool& pool, const PostgresPool::Work& guard) {
  try {
    std::vector<std::uint64_t> unused;
    pool.read([&](pqxx::transaction_base& transaction) {
      unused.clear();
      for (const auto& row :
           transaction.exec(std::string("SELECT number FROM content WHERE ") + kUnused)) {
        unused.push_back(row[0].as<std::uint64_t>());
      }
    });
    for (const std::uint64_t number : unused) drop_if_unused(pool, number, guard);
  } catch (const Error& error) {
    log_debug("contents of old generations are left for now: {} {}", error.what(), error.context());
  }
}

}  // namespace anireco
