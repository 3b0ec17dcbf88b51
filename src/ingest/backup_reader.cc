#include "ingest/backup_reader.h"

#include <fmt/core.h>
#include <stdlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <span>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "catalog/sqlite/database_copy.h"
#include "catalog/sqlite/sqlite_store.h"
#include "ingest/archive.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostManifest = std::size_t{32} << 20;
constexpr std::size_t kReadBlock = std::size_t{1} << 16;
constexpr const char* kBackupManifest = "manifest.json";

std::string read_entry(ArchiveReader& archive, std::size_t most) {
  std::string text;
  std::array<char, kReadBlock> block;
  while (const std::size_t size = archive.read(block)) {
    if (text.size() + size > most) throw Error(ErrorKind::corrupt, "the backup's list is too long");
    text.append(block.data(), size);
  }
  return text;
}

void unpack_part(ArchiveReader& archive, const BackupManifest::Part& part, const fs::path& path,
                 const std::stop_token& stop) {
  make_folders(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  // As it stands in the archive: settings and lists concern nobody else.
  std::error_code unopened;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, unopened);
  Sha256 hash;
  std::uint64_t bytes = 0;
  std::array<char, kReadBlock> block;
  while (const std::size_t size = archive.read(block)) {
    if (stop.stop_requested()) throw Error(ErrorKind::unavailable, "stopped; nothing was changed");
    bytes += size;
    if (bytes > part.bytes) break;
    hash.update(std::string_view(block.data(), size));
    file.write(block.data(), static_cast<std::streamsize>(size));
  }
  file.close();
  if (!file) {
    throw Error(ErrorKind::unavailable, "the backup cannot be unpacked: the disk is full or fails",
                path.string());
  }
  if (bytes != part.bytes || hash.finish() != part.sha256) {
    throw Error(ErrorKind::corrupt,
                fmt::format("the backup is damaged: {} is not what was backed up", archive.name()));
  }
}

}  // namespace

BackupManifest unpack_backup(const fs::path& file, const fs::path& folder,
                             const std::stop_token& stop) {
  ArchiveReader archive(file);
  if (!archive.next() || archive.name() != kBackupManifest) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{}: is no backup of this program", file.filename().string()));
  }
  BackupManifest manifest = parse_backup_manifest(read_entry(archive, kMostManifest));
  std::set<std::string> seen;
  while (archive.next()) {
    const auto part = manifest.parts.find(archive.name());
    // Only names of the manifest, which is_backup_part() has judged, ever become paths.
    if (part == manifest.parts.end() || !seen.insert(part->first).second) {
      throw Error(ErrorKind::corrupt, "the backup is damaged: it holds what its list does not");
    }
    unpack_part(archive, part->second, folder / part->first, stop);
  }
  for (const auto& [name, part] : manifest.parts) {
    if (!seen.contains(name)) {
      throw Error(ErrorKind::corrupt, fmt::format("the backup is cut off: {} is missing", name));
    }
  }
  return manifest;
}

void check_unpacked(const BackupManifest& manifest, const fs::path& folder) {
  {
    const SqliteStore store(folder / "catalogue.sqlite");
    store.check_integrity();
    if (store.generation().number != manifest.generation || store.count() != manifest.titles) {
      throw Error(ErrorKind::corrupt, "the backup's catalogue is not the one that its list names");
    }
  }
  if (manifest.parts.contains("profiles.sqlite")) check_database(folder / "profiles.sqlite");
}

ScratchFolder::ScratchFolder(const fs::path& parent, const std::string& prefix) {
  std::string pattern = (parent / (prefix + "XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(ErrorKind::unavailable, "a temporary folder cannot be made",
                pattern + ": " + std::strerror(errno));
  }
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
  if (error) log_warning("cannot remove {}: {}", path_.string(), error.message());
}

}  // namespace anireco
