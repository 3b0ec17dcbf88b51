#include "catalog/sqlite/sqlite_store.h"

#include <algorithm>
#include <mutex>
#include <unordered_set>

#include "base/error.h"
#include "base/file.h"
#include "catalog/lock_file.h"
#include "catalog/sqlite/database.h"
#include "catalog/sqlite/schema.h"
#include "catalog/sqlite/sqlite_title_rows.h"
#include "catalog/vector_bytes.h"

namespace anireco {
namespace {

/// Wanted vectors above which reading the table in order beats looking each one up.
constexpr std::size_t kScanFrom = 2000;

const std::filesystem::path& with_folder(const std::filesystem::path& path) {
  if (path.has_parent_path()) make_folders(path.parent_path());
  return path;
}

}  // namespace

struct SqliteStore::State {
  State(const std::filesystem::path& file, SqliteStoreOptions settings)
      : path(file),
        options(std::move(settings)),
        database(with_folder(file), {.busy_timeout_ms = options.busy_timeout_ms}),
        titles(database) {
    migrate(database);
  }

  void commit(Transaction& transaction) {
    fault_point(options.fault, "store.before_commit");
    transaction.commit();
    fault_point(options.fault, "store.after_commit");
  }

  /// 0 when the model is unknown.
  std::int64_t model_number(const std::string& fingerprint) {
    Statement query = database.prepare("SELECT number FROM model WHERE fingerprint = ?");
    query.bind(fingerprint);
    return query.step() ? query.integer(0) : 0;
  }

  std::filesystem::path path;
  SqliteStoreOptions options;
  mutable std::mutex mutex;
  Database database;
  SqliteTitleRows titles;
};

SqliteStore::SqliteStore(const std::filesystem::path& path, SqliteStoreOptions options)
    : state_(std::make_unique<State>(path, std::move(options))) {}
SqliteStore::~SqliteStore() = default;

std::unique_ptr<WriterLock> SqliteStore::lock_for_writing() {
  std::filesystem::path path = state_->path;
  path += ".lock";
  return lock_file(path);
}

UpsertCounts SqliteStore::upsert(const std::string& source, std::span<const Anime> records,
                                 const UpsertOptions& options) {
  if (source.empty()) throw Error(ErrorKind::invalid_argument, "source: must not be empty");
  const std::lock_guard guard(state_->mutex);
  Transaction transaction(state_->database);
  const UpsertCounts counts = upsert_records(state_->titles, source, records, options);
  state_->commit(transaction);
  return counts;
}

UpsertCounts SqliteStore::upsert_titles(std::span<const TitleRecord> titles) {
  const std::lock_guard guard(state_->mutex);
  Transaction transaction(state_->database);
  const UpsertCounts counts = anireco::upsert_titles(state_->titles, titles);
  state_->commit(transaction);
  return counts;
}

std::vector<TitleRecord> SqliteStore::load_titles() const {
  std::vector<ContributionRow> rows;
  std::vector<FormerId> former;
  {
    const std::lock_guard guard(state_->mutex);
    const ReadTransaction one_moment(state_->database);
    rows = state_->titles.all_rows();
    former = state_->titles.former_ids();
  }
  return title_records(std::move(rows), former, state_->options.threads);
}

std::vector<Anime> SqliteStore::load() const {
  std::vector<ContributionRow> rows;
  std::vector<FormerId> former;
  {
    const std::lock_guard guard(state_->mutex);
    rows = state_->titles.all_rows();
    former = state_->titles.former_ids();
  }
  return merge_rows(std::move(rows), former, state_->options.threads);
}

std::size_t SqliteStore::count() const {
  const std::lock_guard guard(state_->mutex);
  return static_cast<std::size_t>(state_->database.number("SELECT COUNT(*) FROM title"));
}

std::vector<StoredVector> SqliteStore::vectors(const std::string& model_fingerprint,
                                               std::span<const TextHash> texts) const {
  const std::lock_guard guard(state_->mutex);
  std::vector<StoredVector> out;
  const std::int64_t model = state_->model_number(model_fingerprint);
  if (model == 0) return out;
  const std::unordered_set<TextHash, HashOfHash> wanted(texts.begin(), texts.end());
  if (wanted.size() >= kScanFrom) {
    Statement query = state_->database.prepare(
        "SELECT text_hash, bfloat16 FROM vector WHERE model = ? ORDER BY number");
    query.bind(model);
    while (query.step()) {
      const TextHash hash = to_hash(query.blob(0));
      if (wanted.contains(hash)) out.push_back({hash, to_values(query.blob(1))});
    }
    return out;
  }
  Statement query =
      state_->database.prepare("SELECT bfloat16 FROM vector WHERE model = ? AND text_hash = ?");
  for (const TextHash& hash : wanted) {
    const auto bytes = to_bytes(hash);
    query.bind(model).bind(std::span<const std::byte>(bytes));
    if (query.step()) out.push_back({hash, to_values(query.blob(0))});
    query.reset();
  }
  return out;
}

std::vector<TextHash> SqliteStore::missing_vectors(const std::string& model_fingerprint,
                                                   std::span<const TextHash> texts) const {
  const std::lock_guard guard(state_->mutex);
  std::vector<TextHash> out(texts.begin(), texts.end());
  const std::int64_t model = state_->model_number(model_fingerprint);
  if (model == 0) return out;
  std::unordered_set<TextHash, HashOfHash> known;
  // Answered by the unique index alone, without touching a vector.
  Statement query = state_->database.prepare("SELECT text_hash FROM vector WHERE model = ?");
  query.bind(model);
  while (query.step()) known.insert(to_hash(query.blob(0)));
  std::erase_if(out, [&](const TextHash& text) { return known.contains(text); });
  return out;
}

void SqliteStore::put_vectors(const std::string& model_fingerprint,
                              std::span<const StoredVector> vectors) {
  const std::lock_guard guard(state_->mutex);
  Transaction transaction(state_->database);
  state_->database.prepare("INSERT OR IGNORE INTO model (fingerprint) VALUES (?)")
      .bind(model_fingerprint)
      .run();
  const std::int64_t model = state_->model_number(model_fingerprint);
  Statement insert = state_->database.prepare(
      "INSERT OR REPLACE INTO vector (model, text_hash, bfloat16) VALUES (?, ?, ?)");
  for (const StoredVector& vector : vectors) {
    const auto bytes = to_bytes(vector.text);
    insert.bind(model)
        .bind(std::span<const std::byte>(bytes))
        .bind(std::as_bytes(std::span(vector.values)))
        .run();
  }
  state_->commit(transaction);
}

void SqliteStore::prune_vectors(const std::string& model_fingerprint,
                                std::span<const TextHash> keep) {
  const std::lock_guard guard(state_->mutex);
  Transaction transaction(state_->database);
  const std::int64_t model = state_->model_number(model_fingerprint);
  state_->database.prepare("DELETE FROM vector WHERE model <> ?").bind(model).run();
  state_->database.prepare("DELETE FROM model WHERE number <> ?").bind(model).run();
  const std::unordered_set<TextHash, HashOfHash> kept(keep.begin(), keep.end());
  std::vector<std::int64_t> stale;
  {
    Statement query = state_->database.prepare("SELECT number, text_hash FROM vector");
    while (query.step()) {
      if (!kept.contains(to_hash(query.blob(1)))) stale.push_back(query.integer(0));
    }
  }
  Statement remove = state_->database.prepare("DELETE FROM vector WHERE number = ?");
  for (std::int64_t number : stale) remove.bind(number).run();
  state_->commit(transaction);
}

Generation SqliteStore::generation() const {
  const std::lock_guard guard(state_->mutex);
  Statement query = state_->database.prepare(
      "SELECT number, content_hash, model, vectors_complete FROM generation");
  Generation generation;
  if (!query.step()) throw Error(ErrorKind::corrupt, "the catalogue has lost its generation");
  generation.number = static_cast<std::uint64_t>(query.integer(0));
  generation.content_hash = query.text(1);
  generation.model_fingerprint = query.text(2);
  generation.vectors_complete = query.integer(3) != 0;
  return generation;
}

void SqliteStore::publish(const Generation& generation) {
  const std::lock_guard guard(state_->mutex);
  Transaction transaction(state_->database);
  const auto current =
      static_cast<std::uint64_t>(state_->database.number("SELECT number FROM generation"));
  if (generation.number != current + 1) {
    throw Error(ErrorKind::invalid_argument, "generation: its number must follow the current one");
  }
  state_->database
      .prepare(
          "UPDATE generation SET number = ?, content_hash = ?, model = ?, vectors_complete = ?")
      .bind(static_cast<std::int64_t>(generation.number))
      .bind(generation.content_hash)
      .bind(generation.model_fingerprint)
      .bind(std::int64_t{generation.vectors_complete ? 1 : 0})
      .run();
  fault_point(state_->options.fault, "store.in_publish");
  state_->commit(transaction);
}

void SqliteStore::check_integrity() const {
  const std::lock_guard guard(state_->mutex);
  Statement query = state_->database.prepare("PRAGMA integrity_check(1)");
  if (!query.step() || query.text(0) != "ok") {
    throw Error(
        ErrorKind::corrupt,
        "the catalogue's database is damaged; restore a backup, or move it away and import again",
        std::string(query.text(0)));
  }
}

}  // namespace anireco
