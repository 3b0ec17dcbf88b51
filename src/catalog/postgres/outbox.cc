#include "catalog/postgres/outbox.h"

#include <pqxx/result>
#include <pqxx/transaction_base>

#include "catalog/postgres/advisory_keys.h"
#include "catalog/postgres/content_tables.h"
#include "catalog/postgres/postgres_error.h"

namespace anireco {
namespace {

/// Columns as generation_of() reads them, then the entry's own.
constexpr const char* kEntries =
    "SELECT g.number, content_hash, model, vectors_complete, o.number, "
    "CASE WHEN taken_until > now() THEN taken_by ELSE '' END "
    "FROM outbox o JOIN generation g ON g.number = o.generation ";

OutboxEntry entry_of(const pqxx::row& row) {
  return {.number = row[4].as<std::uint64_t>(),
          .generation = generation_of(row),
          .taken_by = row[5].as<std::string>()};
}

}  // namespace

std::vector<OutboxEntry> Outbox::pending() const {
  std::vector<OutboxEntry> entries;
  pool_.read([&](pqxx::transaction_base& transaction) {
    entries.clear();
    for (const auto& row : transaction.exec(std::string(kEntries) +
                                            "WHERE done IS NULL ORDER BY o.generation, o.number")) {
      entries.push_back(entry_of(row));
    }
  });
  return entries;
}

std::optional<OutboxEntry> Outbox::take(const std::string& who, std::chrono::seconds lease) {
  std::optional<OutboxEntry> entry;
  pool_.write([&](pqxx::transaction_base& transaction) {
    entry.reset();
    const auto rows =
        transaction.exec(std::string(kEntries) +
                         "WHERE done IS NULL ORDER BY o.generation DESC, o.number DESC LIMIT 1 "
                         "FOR UPDATE OF o SKIP LOCKED");
    if (rows.empty()) return;
    OutboxEntry found = entry_of(rows[0]);
    if (!found.taken_by.empty()) return;
    transaction.exec_params(
        "UPDATE outbox SET taken_by = $2, taken_until = now() + make_interval(secs => $3) "
        "WHERE number = $1",
        found.number, without_zero(who), lease.count());
    found.taken_by = who;
    entry = std::move(found);
  });
  return entry;
}

bool Outbox::extend(const OutboxEntry& entry, const std::string& who, std::chrono::seconds lease) {
  bool still = false;
  pool_.write([&](pqxx::transaction_base& transaction) {
    still = transaction
                .exec_params(
                    "UPDATE outbox SET taken_until = now() + make_interval(secs => $3) "
                    "WHERE number = $1 AND taken_by = $2 AND done IS NULL",
                    entry.number, without_zero(who), lease.count())
                .affected_rows() == 1;
  });
  return still;
}

bool Outbox::done(const OutboxEntry& entry) {
  bool ours = false;
  pool_.write([&](pqxx::transaction_base& transaction) {
    ours = transaction
               .exec_params(
                   "UPDATE outbox SET done = now() "
                   "WHERE number = $1 AND taken_by = $2 AND done IS NULL",
                   entry.number, without_zero(entry.taken_by))
               .affected_rows() == 1;
    if (!ours) return;
    transaction.exec_params(
        "DELETE FROM outbox WHERE generation < $2 OR (generation = $2 AND number < $1)",
        entry.number, entry.generation.number);
  });
  return ours;
}

void Outbox::give_back(const OutboxEntry& entry) {
  pool_.write([&](pqxx::transaction_base& transaction) {
    transaction.exec_params(
        "UPDATE outbox SET taken_by = NULL, taken_until = NULL "
        "WHERE number = $1 AND taken_by = $2 AND done IS NULL",
        entry.number, without_zero(entry.taken_by));
  });
}

Generation Outbox::fed() const {
  Generation generation;
  pool_.read([&](pqxx::transaction_base& transaction) {
    const auto rows =
        transaction.exec(std::string(kEntries) +
                         "WHERE done IS NOT NULL ORDER BY o.generation DESC, o.number DESC "
                         "LIMIT 1");
    generation = rows.empty() ? Generation{} : generation_of(rows[0]);
  });
  return generation;
}

void Outbox::feed_again() {
  pool_.write([](pqxx::transaction_base& transaction) {
    transaction.exec(take_turns(AdvisoryKey::change));
    transaction.exec("DELETE FROM outbox WHERE done IS NULL");
    transaction.exec(
        "INSERT INTO outbox (generation) SELECT number FROM generation "
        "ORDER BY number DESC LIMIT 1");
  });
}

}  // namespace anireco
