#pragma once

#include <cstdint>
#include <filesystem>

#include "catalog/catalog.h"
#include "catalog/catalog_store.h"
#include "ingest/generation_publisher.h"

namespace anireco {

/// Writes a generation's vector file (index/vector_file.h) from the vectors that the store has: a
/// title gets all of its vectors or none. A model's dimension of 0 is found out. True when no
/// title lacked any; nothing is written when the model has no vector at all and its dimension is
/// not known. Throws Error{corrupt} for vectors of different lengths, {unavailable} (disk full).
bool write_generation_vectors(const CatalogStore& store, const Catalog& catalog,
                              const ModelInfo& model, std::uint64_t generation,
                              const std::filesystem::path& path);

/// Whether the store has the vectors of all texts of the catalogue.
bool has_all_vectors(const CatalogStore& store, const Catalog& catalog,
                     const std::string& model_fingerprint);

}  // namespace anireco
