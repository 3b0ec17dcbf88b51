#include "fulltext/postgres/postgres_content.h"

#include <optional>
#include <pqxx/result>
#include <pqxx/stream_to>
#include <pqxx/transaction_base>
#include <tuple>
#include <vector>

#include "catalog/postgres/content_tables.h"
#include "catalog/postgres/postgres_error.h"
#include "catalog/postgres/postgres_rows.h"
#include "fulltext/postgres/bm25f_settings.h"
#include "fulltext/postgres/document_terms.h"
#include "fulltext/postgres/document_words.h"
#include "fulltext/postings_builder.h"

namespace anireco {
namespace {

/// Each document's words with the index that candidates are found by. Searches read the rows, not
/// the words, so long ones lie outside of them.
void write_words(pqxx::transaction_base& transaction, const std::string& table,
                 const Catalog& catalog, const Bm25fOptions& options) {
  transaction.exec("CREATE TABLE " + table +
                   " (doc integer PRIMARY KEY, words tsvector NOT NULL) WITH "
                   "(toast_tuple_target = 128)");
  transaction.exec("ALTER TABLE " + table + " ALTER COLUMN words SET STORAGE EXTERNAL");
  Analyzer analyzer;
  pqxx::stream_to rows(transaction, table);
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    rows << std::tuple(doc, document_words(catalog[doc], options, analyzer));
  }
  rows.complete();
  transaction.exec("CREATE INDEX ON " + table + " USING gin (words)");
}

void write_terms(pqxx::transaction_base& transaction, const std::string& table,
                 const PostingsData& data) {
  transaction.exec("CREATE TABLE " + table +
                   " (number integer PRIMARY KEY, term text COLLATE \"C\" NOT NULL UNIQUE, "
                   "documents integer NOT NULL, near boolean NOT NULL)");
  pqxx::stream_to rows(transaction, table);
  for (std::size_t i = 0; i < data.terms.size(); ++i) {
    const std::string& term = data.terms[i];
    const bool near = term.size() >= kLeastCorrectedBytes && correctable(term);
    rows << std::tuple(i, term, data.list_offsets[i + 1] - data.list_offsets[i], near);
  }
  rows.complete();
  transaction.exec("CREATE INDEX ON " + table + " USING gin (term gin_trgm_ops) WHERE near");
}

void write_weights(pqxx::transaction_base& transaction, const std::string& table,
                   const PostingsData& data) {
  std::vector<std::vector<DocumentTerms::Entry>> documents(data.documents);
  for (std::uint32_t term = 0; term < data.terms.size(); ++term) {
    for (std::size_t i = data.list_offsets[term]; i < data.list_offsets[term + 1]; ++i) {
      documents[data.docs[i]].push_back(
          {.term = term, .impact = data.impacts[i], .fields = data.fields[i]});
    }
  }
  transaction.exec("CREATE TABLE " + table + " (doc integer PRIMARY KEY, terms bytea NOT NULL)");
  transaction.exec("ALTER TABLE " + table + " ALTER COLUMN terms SET STORAGE EXTERNAL");
  pqxx::stream_to rows(transaction, table);
  for (std::size_t doc = 0; doc < documents.size(); ++doc) {
    std::string terms = "\\x";
    append_hex(DocumentTerms::serialise(documents[doc]), terms);
    rows << std::tuple(doc, terms);
  }
  rows.complete();
}

/// What is there of this hash, made by these settings or others.
struct Existing {
  GenerationContent content;
  std::string settings;
};

std::optional<Existing> existing(pqxx::transaction_base& transaction, const std::string& hash) {
  const auto rows = transaction.exec_params(
      "SELECT number, documents, bm25f FROM content WHERE hash = $1 AND replaced IS NULL",
      without_zero(hash));
  if (rows.empty()) return std::nullopt;
  return Existing{.content = {.number = rows[0][0].as<std::uint64_t>(),
                              .documents = rows[0][1].as<std::uint64_t>()},
                  .settings = rows[0][2].as<std::string>()};
}

}  // namespace

GenerationContent put_content(PostgresPool& pool, const std::string& content_hash,
                              const Catalog& catalog, const PostgresContentOptions& options) {
  const std::string settings = to_settings(options.postings.bm25f);
  std::optional<Existing> before;
  pool.read(
      [&](pqxx::transaction_base& transaction) { before = existing(transaction, content_hash); });
  if (before && before->settings == settings) return before->content;

  const PostingsData data = build_postings(catalog, options.postings);
  GenerationContent content{.documents = catalog.size()};
  pool.write([&](pqxx::transaction_base& transaction) {
    allow_long_work(transaction);
    transaction.exec_params(
        "UPDATE content SET replaced = now() WHERE hash = $1 AND replaced IS NULL", content_hash);
    content.number = transaction
                         .exec_params1(
                             "INSERT INTO content (hash, documents, bm25f) VALUES ($1, $2, $3) "
                             "RETURNING number",
                             content_hash, catalog.size(), settings)[0]
                         .as<std::uint64_t>();
    const ContentTables tables(content.number);
    fault_point(options.fault, "content.before_records");
    write_content_records(transaction, tables, catalog);
    fault_point(options.fault, "content.before_text");
    write_words(transaction, tables.text, catalog, options.postings.bm25f);
    write_terms(transaction, tables.term, data);
    write_weights(transaction, tables.weight, data);
    for (const std::string& table : {tables.text, tables.term, tables.weight}) {
      transaction.exec("ANALYZE " + table);
    }
    fault_point(options.fault, "content.before_commit");
  });
  return content;
}

}  // namespace anireco
