#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace anireco {

/// What writing a records file found out.
struct RecordsFileInfo {
  std::uint64_t bytes = 0;
  std::uint64_t xxh3 = 0;    ///< Of the whole file.
  std::string content_hash;  ///< sha256 of the whole file, hex.
};

/// Writes all records of a catalogue by DocId, one canonical JSON line each: the records of a
/// generation, so that its searches never see what a running import has stored already.
/// Throws Error{unavailable} (disk full).
RecordsFileInfo write_records_file(const Catalog& catalog, const std::filesystem::path& path);

/// Reads them back on `threads` threads. Throws Error{not_found}, or Error{corrupt} when the
/// checksum differs or a line is no record.
std::vector<Anime> read_records_file(const std::filesystem::path& path, std::uint64_t xxh3,
                                     std::size_t threads = 2);

}  // namespace anireco
