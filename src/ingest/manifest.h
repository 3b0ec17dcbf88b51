#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "catalog/catalog_store.h"

namespace anireco {

/// What a generation's folder holds and what it was made of (docs/formats.md).
struct Manifest {
  struct File {
    std::uint64_t bytes = 0;
    std::uint64_t xxh3 = 0;  ///< Of the file; 0 for files that carry their own checksum.
    bool operator==(const File&) const = default;
  };
  Generation generation;
  std::map<std::string, File> files;  ///< By name within the folder.
  bool operator==(const Manifest&) const = default;
};

std::string to_json(const Manifest& manifest);

/// Throws Error{corrupt} for anything but what to_json() writes, also for a newer version, and for
/// file names that lead out of the folder.
Manifest parse_manifest(std::string_view text);

}  // namespace anireco
