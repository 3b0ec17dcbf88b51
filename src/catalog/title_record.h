#pragma once

#include <string>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// What one source says of a title, as a store keeps it.
struct SourceRecord {
  std::string source = {};
  Anime record = {};  ///< Without id and former ids.
  /// It was given under our own id, so that a record without external ids is not found by its name.
  bool by_id = false;
  bool operator==(const SourceRecord&) const = default;
};

/// A title with everything that is said of it: what an export holds and an import takes back.
struct TitleRecord {
  Anime merged = {};                             ///< With id and former ids.
  std::vector<SourceRecord> contributions = {};  ///< By source, at least one.
  bool operator==(const TitleRecord&) const = default;
};

}  // namespace anireco
