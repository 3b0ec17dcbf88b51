#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/fault_point.h"
#include "catalog/catalog_store.h"

namespace anireco {

struct SqliteStoreOptions {
  int busy_timeout_ms = 5000;  ///< Wait for another process's transaction, >= 0.
  std::size_t threads = 2;     ///< That load() parses with, >= 1.
  /// Visited as "store.before_commit" and "store.after_commit" around every transaction,
  /// "store.in_publish" within the one that publishes.
  FaultHook fault;
};

/// The catalogue in one SQLite file in WAL mode, the writer's lock in a file beside it ("….lock").
/// Tables: schema.cc, docs/formats.md. An older file is migrated on opening, a newer one refused
/// with Error{invalid_argument}.
class SqliteStore final : public CatalogStore {
 public:
  /// Makes the file and its folder if needed. Throws Error{corrupt} when it is no database.
  explicit SqliteStore(const std::filesystem::path& path, SqliteStoreOptions options = {});
  ~SqliteStore() override;

  using CatalogStore::upsert;
  std::unique_ptr<WriterLock> lock_for_writing() override;
  UpsertCounts upsert(const std::string& source, std::span<const Anime> records,
                      const UpsertOptions& options) override;
  UpsertCounts upsert_titles(std::span<const TitleRecord> titles) override;
  std::vector<TitleRecord> load_titles() const override;
  std::vector<Anime> load() const override;
  std::size_t count() const override;
  std::vector<StoredVector> vectors(const std::string& model_fingerprint,
                                    std::span<const TextHash> texts) const override;
  std::vector<TextHash> missing_vectors(const std::string& model_fingerprint,
                                        std::span<const TextHash> texts) const override;
  void put_vectors(const std::string& model_fingerprint,
                   std::span<const StoredVector> vectors) override;
  void prune_vectors(const std::string& model_fingerprint, std::span<const TextHash> keep) override;
  Generation generation() const override;
  void publish(const Generation& generation) override;

  /// Reads every page. Throws Error{corrupt} if the file is damaged anywhere.
  void check_integrity() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
