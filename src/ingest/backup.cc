#include "ingest/backup.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "catalog/lock_file.h"
#include "catalog/poster_folder.h"
#include "catalog/sqlite/database_copy.h"
#include "catalog/sqlite/sqlite_store.h"
#include "ingest/archive.h"
#include "ingest/backup_reader.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCopyBlock = std::size_t{1} << 16;

/// A part to be written: its name and the file whose bytes it has.
struct Source {
  std::string name;
  fs::path path;
};

void stop_if_asked(const BackupOptions& options) {
  if (options.stop.stop_requested()) {
    throw Error(ErrorKind::unavailable, "stopped; no backup was written");
  }
}

/// Copies what may change meanwhile into `scratch`, names the rest where it lies.
std::vector<Source> collect(const fs::path& data_dir, const fs::path& scratch,
                            const BackupOptions& options) {
  std::vector<Source> sources;
  for (const char* database : {"catalogue.sqlite", "profiles.sqlite"}) {
    if (!fs::exists(data_dir / database)) continue;
    stop_if_asked(options);
    copy_database(data_dir / database, scratch / database);
    sources.push_back({database, scratch / database});
  }
  for (const char* text : {"anireco.ini", "starter.stamp"}) {
    if (!fs::exists(data_dir / text)) continue;
    write_file_atomic(scratch / text, read_file(data_dir / text, std::uint64_t{1} << 20));
    sources.push_back({text, scratch / text});
  }
  if (options.posters) {
    for (const auto& [id, poster] : list_posters(data_dir / "posters")) {
      const std::string name = poster_name(poster);
      sources.push_back({"posters/" + name, data_dir / "posters" / name});
    }
  }
  return sources;
}

void write_part(ArchiveWriter& archive, const Source& source, const BackupManifest::Part& part,
                std::time_t now, const BackupOptions& options) {
  archive.begin_file(source.name, part.bytes, now);
  std::ifstream file(source.path, std::ios::binary);
  std::array<char, kCopyBlock> block;
  std::uint64_t left = part.bytes;
  while (left > 0) {
    stop_if_asked(options);
    file.read(block.data(),
              static_cast<std::streamsize>(std::min<std::uint64_t>(kCopyBlock, left)));
    const auto size = static_cast<std::size_t>(file.gcount());
    if (size == 0) throw Error(ErrorKind::unavailable, "a part went away", source.path.string());
    archive.append(std::string_view(block.data(), size));
    left -= size;
  }
}

}  // namespace

BackupManifest write_backup(const fs::path& data_dir, const fs::path& file,
                            const BackupOptions& options) {
  if (!fs::exists(data_dir / "catalogue.sqlite")) {
    throw Error(ErrorKind::not_found, "there is no catalogue to back up", data_dir.string());
  }
  if (fs::is_directory(file)) {
    throw Error(ErrorKind::invalid_argument, "backup: name a file, not a folder", file.string());
  }
  const fs::path parent = fs::absolute(file).parent_path();
  make_folders(parent);
  const ScratchFolder scratch(parent, ".anireco-backup-");
  fault_point(options.fault, "backup.before_parts");
  const std::vector<Source> sources = collect(data_dir, scratch.path(), options);

  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 32> made_at{};
  std::strftime(made_at.data(), made_at.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  BackupManifest manifest;
  manifest.program = ANIRECO_VERSION;
  manifest.made_at = made_at.data();
  for (const Source& source : sources) {
    stop_if_asked(options);
    manifest.parts[source.name] = {size_of_file(source.path), sha256_file_hex(source.path)};
  }
  {
    // Opened last, and as a copy of its own: opening a database may change its bytes.
    const fs::path copy = scratch.path() / "opened.sqlite";
    fs::copy_file(scratch.path() / "catalogue.sqlite", copy);
    const SqliteStore store(copy);
    store.check_integrity();
    manifest.generation = store.generation().number;
    manifest.titles = store.count();
  }
  ArchiveWriter archive(file);
  const std::string list = to_json(manifest);
  archive.begin_file("manifest.json", list.size(), now);
  archive.append(list);
  for (const Source& source : sources) {
    write_part(archive, source, manifest.parts.at(source.name), now, options);
  }
  fault_point(options.fault, "backup.before_commit");
  stop_if_asked(options);
  archive.commit();
  return manifest;
}

BackupManifest verify_backup(const fs::path& file) {
  const ScratchFolder scratch(fs::temp_directory_path(), "anireco-verify-");
  BackupManifest manifest = unpack_backup(file, scratch.path());
  check_unpacked(manifest, scratch.path());
  return manifest;
}

std::unique_ptr<WriterLock> lock_for_serving(const fs::path& data_dir) {
  make_folders(data_dir);
  return lock_file(data_dir / "serving.lock", LockKind::shared);
}

}  // namespace anireco
