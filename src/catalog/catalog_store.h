#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "catalog/anime.h"
#include "catalog/title_record.h"

namespace anireco {

/// 128-bit content hash of a text that was encoded (first half of its sha256).
struct TextHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const TextHash&) const = default;
  auto operator<=>(const TextHash&) const = default;
};

struct StoredVector {
  TextHash text;
  std::vector<std::uint16_t> values;  ///< bfloat16 bits, [dimension].
};

/// What a published generation consists of.
struct Generation {
  std::uint64_t number = 0;       ///< 0: nothing published yet.
  std::string content_hash;       ///< sha256 over all merged records, hex.
  std::string model_fingerprint;  ///< Of the vectors; empty when published without vectors.
  bool vectors_complete = false;  ///< False while an import still encodes.
  bool operator==(const Generation&) const = default;
};

struct UpsertCounts {
  std::size_t added = 0;      ///< New titles.
  std::size_t changed = 0;    ///< Known titles of which this source says something new.
  std::size_t unchanged = 0;  ///< The source said the same before.
  std::size_t skipped = 0;    ///< Unknown titles, when none may be added.
};

struct UpsertOptions {
  bool create = true;  ///< False: records of unknown titles are skipped (relations, lists).
};

/// Held while writing; destruction gives the lock back. So does the end of the process.
class WriterLock {
 public:
  virtual ~WriterLock() = default;

 protected:
  WriterLock() = default;
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
};

/// The record of everything: titles as each source gave them, their merged form, vectors by content
/// hash, and the published generation. One writer at a time (see WriterLock); readers never block.
/// Every write is one transaction: it is there whole or not at all, also after a kill. All methods
/// are thread-safe and throw Error{unavailable} (busy, disk full) or Error{corrupt}.
class CatalogStore {
 public:
  virtual ~CatalogStore() = default;
  CatalogStore() = default;
  CatalogStore(const CatalogStore&) = delete;
  CatalogStore& operator=(const CatalogStore&) = delete;

  /// Takes the writer's lock for the life of the result. Throws Error{unavailable} naming the
  /// holder (pid, host, since) when another process has it.
  virtual std::unique_ptr<WriterLock> lock_for_writing() = 0;

  /// Stores what one source says of titles. A record joins the title that it shares an id with
  /// (identity.h); two titles that it proves to be one become one, whose former ids are kept. A
  /// source's later record of a title replaces its earlier one. Anime::id may be empty and is
  /// assigned then, deterministically. Throws Error{invalid_argument} for an empty source.
  virtual UpsertCounts upsert(const std::string& source, std::span<const Anime> records,
                              const UpsertOptions& options) = 0;
  UpsertCounts upsert(const std::string& source, std::span<const Anime> records) {
    return upsert(source, records, UpsertOptions{});
  }

  /// Takes back what load_titles() gave, in this catalogue or another: each title joins the one
  /// that shares its id or an external id, and what its sources say replaces all that the same
  /// sources said of it. Former ids that no title has are kept. One transaction.
  virtual UpsertCounts upsert_titles(std::span<const TitleRecord> titles) = 0;

  /// All titles, the contributions of their sources merged (merge.h), ordered by id.
  virtual std::vector<Anime> load() const = 0;
  virtual std::size_t count() const = 0;
  /// All titles with what each source says of them, of one moment, ordered by id.
  virtual std::vector<TitleRecord> load_titles() const = 0;

  /// Vectors that are stored for a model, of the given hashes; absent ones are left out.
  virtual std::vector<StoredVector> vectors(const std::string& model_fingerprint,
                                            std::span<const TextHash> texts) const = 0;
  /// Those of the texts that have no vector of the model, in the order given.
  virtual std::vector<TextHash> missing_vectors(const std::string& model_fingerprint,
                                                std::span<const TextHash> texts) const = 0;
  virtual void put_vectors(const std::string& model_fingerprint,
                           std::span<const StoredVector> vectors) = 0;
  /// Forgets the model's vectors that are not among `keep`, and those of all other models.
  virtual void prune_vectors(const std::string& model_fingerprint,
                             std::span<const TextHash> keep) = 0;

  virtual Generation generation() const = 0;
  /// Makes the generation current; throws Error{invalid_argument} unless its number is one more
  /// than the current one.
  virtual void publish(const Generation& generation) = 0;
};

}  // namespace anireco
