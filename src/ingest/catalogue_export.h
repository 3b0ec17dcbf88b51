#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "catalog/catalog_store.h"
#include "catalog/level.h"

namespace anireco {

struct CatalogueExportOptions {
  /// Every line also keeps apart what each source says, so that an import into an empty folder
  /// gives the same catalogue and later imports of the same sources replace what they said. Without
  /// it a line is the merged record alone, which an import takes as said by one source.
  bool contributions = true;
  Level level = Level::adult;  ///< Titles above it are left out.
};

/// Gives the catalogue's titles as JSON lines (docs/record.schema.json), by id, of one moment even
/// while an import runs. `write` gets one line at a time, line feed included. Returns their number.
std::size_t export_catalogue(const CatalogStore& store, const CatalogueExportOptions& options,
                             const std::function<void(std::string_view)>& write);

}  // namespace anireco
