#include "fulltext/postgres/document_cache.h"

#include <pqxx/result>
#include <pqxx/transaction_base>

#include "base/error.h"
#include "catalog/postgres/postgres_error.h"
#include "catalog/postgres/postgres_rows.h"

namespace anireco {
namespace {

constexpr int kRowsAtOnce = 4096;
/// Rows fetched by number in one statement.
constexpr std::size_t kAskedAtOnce = 8192;

DocumentCache::Terms terms_of(const pqxx::row& row) {
  return std::make_shared<const DocumentTerms>(bytes_of(row[1]));
}

}  // namespace

DocumentCache::DocumentCache(PostgresPool& pool, std::string table, std::size_t documents,
                             std::size_t bytes)
    : pool_(pool), table_(std::move(table)), most_bytes_(bytes), kept_(documents) {}

void DocumentCache::fill(PostgresPool& pool) {
  std::vector<Terms> all(kept_.size());
  std::size_t bytes = 0;
  bool fits = false;
  pool.read([&](pqxx::transaction_base& transaction) {
    allow_long_work(transaction);
    bytes = 0;
    // An entry of seven bytes takes eight in memory.
    const auto stored = transaction.exec1("SELECT coalesce(sum(length(terms)), 0) FROM " + table_);
    fits = stored[0].as<std::size_t>() / 7 * sizeof(DocumentTerms::Entry) +
               kept_.size() * (sizeof(DocumentTerms) + sizeof(Terms)) <=
           most_bytes_;
    if (!fits) return;
    for_each_row(transaction, "SELECT doc, terms FROM " + table_, kRowsAtOnce,
                 [&](const pqxx::row& row) {
                   const auto doc = row[0].as<std::size_t>();
                   if (doc >= all.size()) {
                     throw Error(ErrorKind::corrupt, "the index names a document that is none");
                   }
                   all[doc] = terms_of(row);
                   bytes += all[doc]->bytes();
                 });
  });
  if (!fits) return;
  const std::lock_guard guard(mutex_);
  kept_ = std::move(all);
  bytes_ = bytes;
}

std::vector<DocumentCache::Terms> DocumentCache::get(std::span<const DocId> docs,
                                                     PostgresPool& pool) {
  std::vector<Terms> out(docs.size());
  std::vector<std::size_t> absent;
  {
    const std::lock_guard guard(mutex_);
    for (std::size_t i = 0; i < docs.size(); ++i) {
      if (docs[i] < kept_.size()) out[i] = kept_[docs[i]];
      if (!out[i]) absent.push_back(i);
    }
  }
  for (std::size_t at = 0; at < absent.size(); at += kAskedAtOnce) {
    const auto some = std::span(absent).subspan(at, std::min(kAskedAtOnce, absent.size() - at));
    std::vector<DocId> asked;
    for (const std::size_t i : some) asked.push_back(docs[i]);
    pool.read([&](pqxx::transaction_base& transaction) {
      const auto rows = transaction.exec_params(
          "SELECT d.place, w.terms FROM unnest($1::int[]) WITH ORDINALITY AS d (doc, place) "
          "JOIN " +
              table_ + " w ON w.doc = d.doc",
          number_array(asked));
      for (const auto& row : rows) out[some[row[0].as<std::size_t>() - 1]] = terms_of(row);
    });
  }
  const std::lock_guard guard(mutex_);
  for (const std::size_t i : absent) {
    if (!out[i]) throw Error(ErrorKind::corrupt, "the index lacks a document of the catalogue");
    keep(docs[i], out[i]);
  }
  return out;
}

void DocumentCache::keep(DocId doc, const Terms& terms) {
  if (kept_[doc]) return;
  if (bytes_ + terms->bytes() > most_bytes_) {
    for (std::size_t other = odd_ ? 1 : 0; other < kept_.size(); other += 2) {
      if (!kept_[other]) continue;
      bytes_ -= kept_[other]->bytes();
      kept_[other].reset();
    }
    odd_ = !odd_;
  }
  kept_[doc] = terms;
  bytes_ += terms->bytes();
}

}  // namespace anireco
