#include "fulltext/postgres/document_cache.h"

#include <fmt/format.h>

#include <pqxx/result>
#include <pqxx/transaction_base>

#include "base/error.h"
#include "base/log.h"
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
    : pool_(pool),
      table_(std::move(table)),
      most_bytes_(bytes),
      kept_(documents),
      looked_at_(documents, false) {}

void DocumentCache::fill(PostgresPool& pool) {
  std::vector<Terms> some;
  std::size_t bytes = 0;
  std::size_t read = 0;
  pool.read([&](pqxx::transaction_base& transaction) {
    allow_long_work(transaction);
    some.assign(kept_.size(), nullptr);
    bytes = read = 0;
    // An entry of seven bytes takes eight in memory.
    const auto stored = transaction.exec1("SELECT coalesce(sum(length(terms)), 0) FROM " + table_);
    const std::size_t all_bytes = stored[0].as<std::size_t>() / 7 * sizeof(DocumentTerms::Entry) +
                                  kept_.size() * (sizeof(DocumentTerms) + sizeof(Terms));
    std::string query = "SELECT doc, terms FROM " + table_;
    if (all_bytes > most_bytes_) {
      const double share = static_cast<double>(most_bytes_) / static_cast<double>(all_bytes);
      query += fmt::format(" WHERE doc < {:.0f}", share * static_cast<double>(kept_.size()));
    }
    for_each_row(transaction, query, kRowsAtOnce, [&](const pqxx::row& row) {
      const auto doc = row[0].as<std::size_t>();
      if (doc >= some.size()) {
        throw Error(ErrorKind::corrupt, "the index names a document that is none");
      }
      Terms terms = terms_of(row);
      if (bytes + terms->bytes() > most_bytes_) return;
      bytes += terms->bytes();
      some[doc] = std::move(terms);
      ++read;
    });
    if (all_bytes > most_bytes_) {
      log_warning(
          "the words of {} of {} titles are kept in memory, in {} MiB; others are fetched when "
          "they are asked for",
          read, kept_.size(), most_bytes_ >> 20);
    }
  });
  const std::lock_guard guard(mutex_);
  kept_ = std::move(some);
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
      if (out[i]) {
        looked_at_[docs[i]] = true;
      } else {
        absent.push_back(i);
      }
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
  if (kept_[doc] || terms->bytes() > most_bytes_) return;
  make_room(terms->bytes());
  kept_[doc] = terms;
  looked_at_[doc] = true;
  bytes_ += terms->bytes();
}

void DocumentCache::make_room(std::size_t bytes) {
  while (bytes_ + bytes > most_bytes_) {
    Terms& next = kept_[hand_];
    if (next && !looked_at_[hand_]) {
      bytes_ -= next->bytes();
      next.reset();
    }
    looked_at_[hand_] = false;
    hand_ = (hand_ + 1) % kept_.size();
  }
}

}  // namespace anireco
