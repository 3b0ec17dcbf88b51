#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/catalog_store.h"

namespace anireco {

/// The stored vectors of a catalogue's titles by one model, found by what their texts are: what
/// vector files and collections are made of. A title has all of its vectors or none, so that its
/// windows keep their numbers. Memory: 2 bytes a value. Immutable.
class TitleVectors {
 public:
  /// Vectors as bfloat16 bits; `document` lives as long as the TitleVectors.
  struct Title {
    std::span<const std::uint16_t> document = {};  ///< [dimension]; empty: it has no vectors.
    std::vector<std::uint16_t> windows = {};       ///< [n, dimension] row-major.
  };

  /// dimension: of the model's vectors; 0: found out. Throws Error{corrupt} for a stored vector of
  /// another length.
  TitleVectors(const CatalogStore& store, const Catalog& catalog,
               const std::string& model_fingerprint, std::size_t dimension = 0);

  std::size_t size() const { return texts_.size(); }  ///< Titles.
  /// 0 when it was not given and there is no vector at all.
  std::size_t dimension() const { return dimension_; }
  /// Whether no text of any title lacks its vector.
  bool complete() const { return complete_; }
  /// Titles with vectors.
  std::size_t count() const { return count_; }
  Title of(DocId doc) const;

 private:
  struct HashOfHash {
    std::size_t operator()(const TextHash& hash) const { return hash.low; }
  };

  bool whole(DocId doc) const;

  std::vector<std::vector<TextHash>> texts_;
  std::unordered_map<TextHash, std::vector<std::uint16_t>, HashOfHash> vectors_;
  std::size_t dimension_ = 0;
  std::size_t count_ = 0;
  bool complete_ = true;
};

}  // namespace anireco
