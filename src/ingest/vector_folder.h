#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "catalog/catalog_store.h"
#include "catalog/level.h"

namespace anireco {

/// Vectors of a catalogue as other programs read them (docs/formats.md). In one folder:
/// vectors.npy and ids.txt (one row a title), windows.npy and windows.tsv (one row a window of a
/// synopsis: id, number from 0), texts.txt (the hash of each row's text, titles before windows) and
/// manifest.json (model fingerprint, shapes, sha256 of the others), which is written last.
struct VectorFolderInfo {
  std::string model_fingerprint;
  std::size_t dimension = 0;
  std::size_t titles = 0;
  std::size_t windows = 0;
  std::size_t missing = 0;  ///< Titles left out because they have no vectors (yet).
};

/// Writes the vectors of one model, float32, exactly as stored (bfloat16). Titles above `level` are
/// left out. Throws Error{not_found} when the store has no vector of the model.
VectorFolderInfo write_vector_folder(const CatalogStore& store,
                                     const std::string& model_fingerprint, Level level,
                                     const std::filesystem::path& folder);

/// What a folder of vectors holds.
struct VectorFolder {
  VectorFolderInfo info;
  std::vector<StoredVector> vectors;  ///< By text hash, no hash twice.
};

/// Reads a folder back. Every file is checked against the manifest, every value is finite, every
/// vector of length near 1. `path` is the folder or its vectors.npy. Throws Error{not_found} or
/// Error{corrupt}, naming the file.
VectorFolder read_vector_folder(const std::filesystem::path& path);

}  // namespace anireco
