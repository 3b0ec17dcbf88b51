#include "catalog/postgres/generation_content.h"

#include <pqxx/result>
#include <pqxx/transaction_base>

#include "base/error.h"
#include "base/hash.h"
#include "catalog/canonical_records.h"
#include "catalog/postgres/content_tables.h"
#include "catalog/postgres/postgres_error.h"
#include "catalog/postgres/postgres_rows.h"

namespace anireco {
namespace {

constexpr int kRowsAtOnce = 4096;

[[noreturn]] void throw_damaged(const char* what) {
  throw Error(ErrorKind::corrupt, "the records of the published catalogue are damaged", what);
}

GenerationContent find(pqxx::transaction_base& transaction, const std::string& content_hash) {
  const auto rows = transaction.exec_params(
      "SELECT number, documents FROM content WHERE hash = $1 AND replaced IS NULL",
      without_zero(content_hash));
  if (rows.empty()) {
    throw Error(ErrorKind::not_found, "the database keeps no such generation (any more)");
  }
  return {.number = rows[0][0].as<std::uint64_t>(), .documents = rows[0][1].as<std::uint64_t>()};
}

}  // namespace

GenerationContent find_content(PostgresPool& pool, const std::string& content_hash) {
  GenerationContent content;
  pool.read(
      [&](pqxx::transaction_base& transaction) { content = find(transaction, content_hash); });
  return content;
}

std::vector<Anime> read_generation_records(PostgresPool& pool, const Generation& generation,
                                           std::size_t threads) {
  std::vector<std::string> lines;
  pool.read([&](pqxx::transaction_base& transaction) {
    lines.clear();
    allow_long_work(transaction);
    const GenerationContent content = find(transaction, generation.content_hash);
    for_each_row(transaction,
                 "SELECT doc, json FROM " + ContentTables(content.number).record + " ORDER BY doc",
                 kRowsAtOnce, [&](const pqxx::row& row) {
                   if (row[0].as<std::uint64_t>() != lines.size())
                     throw_damaged("a document is missing");
                   lines.push_back(row[1].as<std::string>());
                 });
    if (lines.size() != content.documents) throw_damaged("their number differs");
  });
  Sha256 hash;
  for (const std::string& line : lines) {
    hash.update(line);
    hash.update(std::string_view("\n"));
  }
  if (hash.finish() != generation.content_hash) throw_damaged("their checksum differs");
  const std::vector<std::string_view> views(lines.begin(), lines.end());
  return parse_canonical_records(views, threads);
}

}  // namespace anireco
