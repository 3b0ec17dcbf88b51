#include "catalog/postgres/postgres_store.h"

#include <algorithm>
#include <mutex>
#include <pqxx/result>
#include <pqxx/transaction_base>
#include <unordered_set>

#include "base/error.h"
#include "catalog/postgres/advisory_keys.h"
#include "catalog/postgres/content_tables.h"
#include "catalog/postgres/postgres_connection.h"
#include "catalog/postgres/postgres_error.h"
#include "catalog/postgres/postgres_lock.h"
#include "catalog/postgres/postgres_rows.h"
#include "catalog/postgres/postgres_schema.h"
#include "catalog/postgres/postgres_title_rows.h"
#include "catalog/vector_bytes.h"

namespace anireco {
namespace {

/// Wanted vectors above which reading the table in order beats looking each one up.
constexpr std::size_t kScanFrom = 2000;
constexpr int kRowsAtOnce = 8192;
constexpr std::size_t kVectorsAtOnce = 2048;

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// '{"\\x00ff"}' for a parameter of type bytea[].
template <typename Items, typename BytesOf>
std::string bytea_array(const Items& items, const BytesOf& bytes_of) {
  std::string out = "{";
  for (const auto& item : items) {
    out += out.size() > 1 ? R"(,"\\x)" : R"("\\x)";
    append_hex(bytes_of(item), out);
    out += '"';
  }
  return out += '}';
}

template <typename Hashes>
std::string hash_array(const Hashes& hashes) {
  return bytea_array(hashes, [](const TextHash& hash) {
    const auto bytes = to_bytes(hash);
    return std::string(as_text(bytes));
  });
}

TextHash hash_of(const pqxx::field& field) { return to_hash(as_bytes(bytes_of(field))); }

std::vector<ContributionRow> all_rows(pqxx::transaction_base& transaction) {
  std::vector<ContributionRow> rows;
  for_each_row(transaction, "SELECT title, source, key, json FROM contribution", kRowsAtOnce,
               [&](const pqxx::row& row) {
                 rows.push_back({row[0].as<std::string>(), row[1].as<std::string>(),
                                 row[2].as<std::string>(), row[3].as<std::string>()});
               });
  return rows;
}

std::vector<FormerId> former_ids(pqxx::transaction_base& transaction) {
  std::vector<FormerId> out;
  for (const auto& row : transaction.exec("SELECT id, title FROM former_id ORDER BY id")) {
    out.push_back({row[0].as<std::string>(), row[1].as<std::string>()});
  }
  return out;
}

/// 0 when the model is unknown.
int model_number(pqxx::transaction_base& transaction, const std::string& fingerprint) {
  const auto rows = transaction.exec_params("SELECT number FROM model WHERE fingerprint = $1",
                                            without_zero(fingerprint));
  return rows.empty() ? 0 : rows[0][0].as<int>();
}

Generation current_generation(pqxx::transaction_base& transaction) {
  const auto rows = transaction.exec(
      "SELECT number, content_hash, model, vectors_complete FROM generation "
      "ORDER BY number DESC LIMIT 1");
  if (rows.empty()) return {};
  return generation_of(rows[0]);
}

class HeldLock final : public WriterLock {
 public:
  explicit HeldLock(std::shared_ptr<PostgresLock> lock) : lock_(std::move(lock)) {}

 private:
  std::shared_ptr<PostgresLock> lock_;
};

}  // namespace

struct PostgresStore::State {
  std::shared_ptr<PostgresPool> pool;
  PostgresStoreOptions options;
  std::mutex mutex;
  std::weak_ptr<PostgresLock> lock;

  /// A transaction that changes the record, alone among its kind.
  void write(const PostgresPool::Work& work) {
    pool->write([&](pqxx::transaction_base& transaction) {
      allow_long_work(transaction);
      transaction.exec(take_turns(AdvisoryKey::change));
      ensure_lock(transaction);
      work(transaction);
      fault_point(options.fault, "store.before_commit");
    });
    fault_point(options.fault, "store.after_commit");
  }

  void read(const PostgresPool::Work& work) const {
    pool->read([&](pqxx::transaction_base& transaction) {
      allow_long_work(transaction);
      work(transaction);
    });
  }

  void ensure_lock(pqxx::transaction_base& transaction) {
    std::shared_ptr<PostgresLock> held;
    {
      const std::lock_guard guard(mutex);
      held = lock.lock();
    }
    if (held) held->ensure(transaction);
  }
};

PostgresStore::PostgresStore(std::shared_ptr<PostgresPool> pool, PostgresStoreOptions options)
    : state_(std::make_unique<State>()) {
  check_postgres_schema(*pool);
  state_->pool = std::move(pool);
  state_->options = std::move(options);
}

PostgresStore::~PostgresStore() = default;

std::unique_ptr<WriterLock> PostgresStore::lock_for_writing() {
  auto lock = std::make_shared<PostgresLock>(connection_string(state_->pool->options()));
  const std::lock_guard guard(state_->mutex);
  state_->lock = lock;
  return std::make_unique<HeldLock>(std::move(lock));
}

UpsertCounts PostgresStore::upsert(const std::string& source, std::span<const Anime> records,
                                   const UpsertOptions& options) {
  if (source.empty()) throw Error(ErrorKind::invalid_argument, "source: must not be empty");
  UpsertCounts counts;
  state_->write([&](pqxx::transaction_base& transaction) {
    PostgresTitleRows titles(transaction);
    titles.fetch(records);
    counts = upsert_records(titles, source, records, options);
    titles.store();
  });
  return counts;
}

UpsertCounts PostgresStore::upsert_titles(std::span<const TitleRecord> titles) {
  UpsertCounts counts;
  state_->write([&](pqxx::transaction_base& transaction) {
    PostgresTitleRows rows(transaction);
    rows.fetch(titles);
    counts = anireco::upsert_titles(rows, titles);
    rows.store();
  });
  return counts;
}

std::vector<TitleRecord> PostgresStore::load_titles() const {
  std::vector<ContributionRow> rows;
  std::vector<FormerId> former;
  state_->read([&](pqxx::transaction_base& transaction) {
    rows = all_rows(transaction);
    former = former_ids(transaction);
  });
  return title_records(std::move(rows), former, state_->options.threads);
}

std::vector<Anime> PostgresStore::load() const {
  std::vector<ContributionRow> rows;
  std::vector<FormerId> former;
  state_->read([&](pqxx::transaction_base& transaction) {
    rows = all_rows(transaction);
    former = former_ids(transaction);
  });
  return merge_rows(std::move(rows), former, state_->options.threads);
}

std::size_t PostgresStore::count() const {
  std::size_t count = 0;
  state_->read([&](pqxx::transaction_base& transaction) {
    count = transaction.exec1("SELECT COUNT(*) FROM title")[0].as<std::size_t>();
  });
  return count;
}

std::vector<StoredVector> PostgresStore::vectors(const std::string& model_fingerprint,
                                                 std::span<const TextHash> texts) const {
  const std::unordered_set<TextHash, HashOfHash> wanted(texts.begin(), texts.end());
  std::vector<StoredVector> out;
  state_->read([&](pqxx::transaction_base& transaction) {
    out.clear();
    const int model = model_number(transaction, model_fingerprint);
    if (model == 0) return;
    const auto take = [&](const pqxx::row& row) {
      const TextHash hash = hash_of(row[0]);
      if (!wanted.contains(hash)) return;
      out.push_back({hash, to_values(as_bytes(bytes_of(row[1])))});
    };
    if (wanted.size() >= kScanFrom) {
      for_each_row(transaction,
                   "SELECT text_hash, bfloat16 FROM vector WHERE model = " + std::to_string(model),
                   kRowsAtOnce, take);
      return;
    }
    for (const auto& row :
         transaction.exec_params("SELECT text_hash, bfloat16 FROM vector WHERE model = $1 AND "
                                 "text_hash = ANY ($2::bytea[])",
                                 model, hash_array(wanted))) {
      take(row);
    }
  });
  return out;
}

std::vector<TextHash> PostgresStore::missing_vectors(const std::string& model_fingerprint,
                                                     std::span<const TextHash> texts) const {
  std::unordered_set<TextHash, HashOfHash> known;
  state_->read([&](pqxx::transaction_base& transaction) {
    known.clear();
    const int model = model_number(transaction, model_fingerprint);
    if (model == 0) return;
    for_each_row(transaction, "SELECT text_hash FROM vector WHERE model = " + std::to_string(model),
                 kRowsAtOnce, [&](const pqxx::row& row) { known.insert(hash_of(row[0])); });
  });
  std::vector<TextHash> out(texts.begin(), texts.end());
  std::erase_if(out, [&](const TextHash& text) { return known.contains(text); });
  return out;
}

void PostgresStore::put_vectors(const std::string& model_fingerprint,
                                std::span<const StoredVector> vectors) {
  state_->write([&](pqxx::transaction_base& transaction) {
    transaction.exec_params("INSERT INTO model (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING",
                            without_zero(model_fingerprint));
    const int model = model_number(transaction, model_fingerprint);
    for (std::size_t at = 0; at < vectors.size(); at += kVectorsAtOnce) {
      const auto some = vectors.subspan(at, std::min(kVectorsAtOnce, vectors.size() - at));
      std::vector<TextHash> hashes(some.size());
      std::ranges::transform(some, hashes.begin(), &StoredVector::text);
      transaction.exec_params(
          "INSERT INTO vector (model, text_hash, bfloat16) "
          "SELECT DISTINCT ON (h) $1::integer, h, v FROM unnest($2::bytea[], $3::bytea[]) "
          "WITH ORDINALITY AS t (h, v, place) ORDER BY h, place DESC "
          "ON CONFLICT (model, text_hash) DO UPDATE SET bfloat16 = excluded.bfloat16",
          model, hash_array(hashes), bytea_array(some, [](const StoredVector& vector) {
            return as_text(std::as_bytes(std::span(vector.values)));
          }));
    }
  });
}

void PostgresStore::prune_vectors(const std::string& model_fingerprint,
                                  std::span<const TextHash> keep) {
  state_->write([&](pqxx::transaction_base& transaction) {
    const int model = model_number(transaction, model_fingerprint);
    transaction.exec_params("DELETE FROM vector WHERE model <> $1", model);
    transaction.exec_params("DELETE FROM model WHERE number <> $1", model);
    transaction.exec_params(
        "DELETE FROM vector v WHERE NOT EXISTS "
        "(SELECT FROM unnest($1::bytea[]) AS kept (h) WHERE kept.h = v.text_hash)",
        hash_array(keep));
  });
}

Generation PostgresStore::generation() const {
  Generation generation;
  state_->pool->read(
      [&](pqxx::transaction_base& transaction) { generation = current_generation(transaction); });
  return generation;
}

void PostgresStore::publish(const Generation& generation) {
  state_->write([&](pqxx::transaction_base& transaction) {
    if (generation.number != current_generation(transaction).number + 1) {
      throw Error(ErrorKind::invalid_argument,
                  "generation: its number must follow the current one");
    }
    transaction.exec("UPDATE generation SET superseded = now() WHERE superseded IS NULL");
    transaction.exec_params(
        "INSERT INTO generation (number, content_hash, model, vectors_complete) "
        "VALUES ($1, $2, $3, $4)",
        generation.number, without_zero(generation.content_hash),
        without_zero(generation.model_fingerprint), generation.vectors_complete);
    transaction.exec("DELETE FROM outbox WHERE done IS NULL");
    transaction.exec_params("INSERT INTO outbox (generation) VALUES ($1)", generation.number);
    forget_old_generations(transaction, generation.number);
    fault_point(state_->options.fault, "store.in_publish");
  });
  drop_unused_contents(*state_->pool, [this](pqxx::transaction_base& transaction) {
    state_->ensure_lock(transaction);
  });
}

}  // namespace anireco
