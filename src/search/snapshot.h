#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "catalog/catalog.h"
#include "catalog/catalog_store.h"
#include "fulltext/full_text_index.h"
#include "fulltext/title_index.h"
#include "index/vector_index.h"
#include "search/affinity_space.h"
#include "search/similarity_model.h"

namespace anireco {

/// Everything one search reads, of one generation, immutable. A search holds the shared_ptr for its
/// whole life, so an import that publishes meanwhile does not disturb it.
struct Snapshot {
  Generation generation;
  std::unique_ptr<const Catalog> catalog;
  std::unique_ptr<const VectorIndex> vectors;  ///< Null while none are published.
  bool multilingual = false;    ///< Requests are encoded in any script, else in English.
  bool awaits_vectors = false;  ///< They are published; their engine has not got them yet.
  std::unique_ptr<const FullTextIndex> full_text;
  std::unique_ptr<const TitleIndex> titles;
  /// How likeness of titles is judged; null: default_similarity_model().
  std::shared_ptr<const SimilarityModel> similarity;
  std::unique_ptr<const AffinitySpace> affinity;  ///< Of that model; null: likeness without it.
};

/// Holds the current snapshot of a process. Thread-safe.
class SnapshotHolder {
 public:
  /// Null before the first set().
  std::shared_ptr<const Snapshot> current() const;
  void set(std::shared_ptr<const Snapshot> snapshot);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace anireco
