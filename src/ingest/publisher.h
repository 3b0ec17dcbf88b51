#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/fault_point.h"
#include "catalog/catalog_store.h"
#include "ingest/generation_publisher.h"

namespace anireco {

/// The files of one generation. Its records are in the file, not in the store, which a running
/// import may have changed already: DocIds of vectors and postings are places in `records`.
struct GenerationFiles {
  std::filesystem::path folder;
  std::filesystem::path records;   ///< For read_records().
  std::filesystem::path vectors;   ///< For ExactVectorIndex; empty without a model.
  std::filesystem::path postings;  ///< For Bm25fIndex.
  std::filesystem::path titles;    ///< For TitleIndex.
  std::uint64_t records_xxh3 = 0;
};

struct PublisherOptions {
  std::size_t threads = 2;  ///< That read records and build the postings, >= 1.
  /// Visited as "publish.before_vectors", "publish.before_postings", "publish.before_rename",
  /// "publish.before_commit" (files in place, store not yet), "publish.after_commit".
  FaultHook fault;
};

/// Turns what a store holds into files that searches map, and makes them current.
/// Layout: DATA_DIR/generations/00000007/{manifest.json, records.jsonl, vectors.bin, postings.bin,
/// titles.bin}. The folder is written under a temporary name, synced, renamed, and only then does
/// the store name it. The previous generation's folder stays for searches under way, older ones go.
/// Publishing needs the store's writer lock (the caller holds it); files() and rebuild() do not.
/// Thread-safe.
class Publisher final : public GenerationPublisher {
 public:
  /// The store is borrowed and must outlive the publisher.
  Publisher(CatalogStore& store, std::filesystem::path data_dir, PublisherOptions options = {});

  Generation publish(const ModelInfo& model) override;

  /// The files of a published generation if they are there, of the sizes that were written and
  /// made for that very generation; nullopt when they must be rebuilt. Reads the manifest only:
  /// a damaged file shows when it is opened (Error{corrupt}), and rebuild() is the answer to that.
  std::optional<GenerationFiles> files(const Generation& generation) const;

  /// Writes the files of the current generation anew from the store. Processes that try at once
  /// take turns, up to a minute (then Error{unavailable}). If an import is under way the records
  /// may be newer than the generation; the files fit each other all the same.
  GenerationFiles rebuild(const Generation& generation);

  /// The generation's records, by DocId. Throws Error{corrupt}, {not_found}.
  std::vector<Anime> read_records(const GenerationFiles& files) const;

  const std::filesystem::path& data_dir() const { return data_dir_; }

 private:
  GenerationFiles write_files(Generation& generation, const ModelInfo& model, bool keep_hash);
  void remove_old(std::uint64_t current) const;
  std::filesystem::path folder_of(std::uint64_t number) const;
  std::unique_ptr<WriterLock> lock_generations() const;

  CatalogStore& store_;
  std::filesystem::path data_dir_;
  PublisherOptions options_;
};

/// sha256 over the canonical JSON of the records, each followed by a line feed: what publish()
/// stores as the generation's content_hash. `records` must be ordered by id, as load() gives them.
std::string content_hash(std::span<const Anime> records);

}  // namespace anireco
