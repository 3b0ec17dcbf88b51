#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog_store.h"

namespace anireco {

/// The in-memory twin of SqliteStore, for tests: the same answers, nothing on disk.
class MemoryStore final : public CatalogStore {
 public:
  MemoryStore();
  ~MemoryStore() override;

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
