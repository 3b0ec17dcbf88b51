#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/fault_point.h"
#include "catalog/catalog.h"
#include "catalog/catalog_store.h"

namespace anireco {

/// The model that vectors are made by.
struct ModelInfo {
  std::string fingerprint;    ///< TextEncoder::fingerprint(); empty: no model, no vectors.
  std::size_t dimension = 0;  ///< 0 without a model.
};

/// The files of one generation.
struct GenerationFiles {
  std::filesystem::path folder;
  std::filesystem::path vectors;   ///< For ExactVectorIndex; empty path without a model.
  std::filesystem::path postings;  ///< For Bm25fIndex.
};

struct PublisherOptions {
  std::size_t threads = 2;  ///< That build the postings, >= 1.
  /// Visited as "publish.before_vectors", "publish.before_postings", "publish.before_rename",
  /// "publish.before_commit" (files in place, store not yet), "publish.after_commit".
  FaultHook fault;
};

/// Turns what a store holds into files that searches map, and makes them current.
/// Layout: DATA_DIR/generations/00000007/{manifest.json, vectors.bin, postings.bin}; the folder is
/// written under a temporary name, synced, renamed, and only then does the store name it. The
/// previous generation's folder stays for searches under way, older ones go. Publishing needs the
/// store's writer lock (the caller holds it); files() and rebuild() do not. Thread-safe.
class Publisher {
 public:
  /// The store is borrowed and must outlive the publisher.
  Publisher(CatalogStore& store, std::filesystem::path data_dir, PublisherOptions options = {});

  /// Publishes the store's content with whatever vectors of `model` it has; the result's
  /// vectors_complete tells whether none is missing. Throws Error{unavailable} (disk full).
  Generation publish(const ModelInfo& model);

  /// The files of a generation if they are there, whole by their manifest and made of that very
  /// content and model; nullopt when they must be rebuilt.
  std::optional<GenerationFiles> files(const Generation& generation) const;

  /// Writes the files of the store's current generation anew, after opening them failed or files()
  /// gave none. `catalog` must be made of store.load(). Two processes that try at once take turns.
  GenerationFiles rebuild(const Generation& generation, const Catalog& catalog);

  const std::filesystem::path& data_dir() const { return data_dir_; }

 private:
  struct Written;
  Written write_files(const Generation& generation, const Catalog& catalog, const ModelInfo& model);
  void remove_old(std::uint64_t current) const;
  std::filesystem::path folder_of(std::uint64_t number) const;

  CatalogStore& store_;
  std::filesystem::path data_dir_;
  PublisherOptions options_;
};

/// sha256 over the canonical JSON of all records of a catalogue, each followed by a line feed.
std::string content_hash(const Catalog& catalog);

}  // namespace anireco
