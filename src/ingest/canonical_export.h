#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "catalog/catalog_store.h"

namespace anireco {

struct CanonicalExportOptions {
  /// Also one line a text that has a vector, after its record: {"text_hash", "bfloat16"} in hex.
  /// Empty: records only, which can be imported again.
  std::string model_fingerprint;
};

/// Writes the whole catalogue as JSON lines that depend on its content alone, not on the order or
/// the interruptions of the imports that made it: records by id, then vectors by text hash.
/// `write` gets one line at a time, line feed included.
void canonical_export(const CatalogStore& store, const CanonicalExportOptions& options,
                      const std::function<void(std::string_view)>& write);

/// sha256 of what canonical_export() writes, hex.
std::string canonical_export_hash(const CatalogStore& store,
                                  const CanonicalExportOptions& options = {});

}  // namespace anireco
