#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/fault_point.h"
#include "catalog/catalog_store.h"
#include "catalog/postgres/postgres_pool.h"

namespace anireco {

struct PostgresStoreOptions {
  std::size_t threads = 2;  ///< That load() parses with, >= 1.
  /// Visited as SqliteStoreOptions::fault is.
  FaultHook fault = {};
};

/// The catalogue in PostgreSQL (docs/formats.md has the tables). The writer's lock is an advisory
/// lock of a session of its own, so that the server gives it back when the process ends or the
/// connection breaks; when the server came back meanwhile it is taken again within the next write,
/// or Error{unavailable} tells that another has it or had it meanwhile, and nothing is written.
/// Writes also take turns among themselves.
///
/// publish() binds the generation to the content of the same content_hash (put_content() in
/// fulltext/postgres, called before), puts it into the outbox of derived engines, and forgets what
/// only generations older than the previous one, superseded a minute ago, consist of.
class PostgresStore final : public CatalogStore {
 public:
  /// Checks the tables' version; see check_postgres_schema().
  explicit PostgresStore(std::shared_ptr<PostgresPool> pool, PostgresStoreOptions options = {});
  ~PostgresStore() override;

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

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
