#include <fcntl.h>
#include <fmt/core.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "catalog/lock_file.h"
#include "catalog/sqlite/sqlite_store.h"
#include "ingest/backup.h"
#include "ingest/backup_reader.h"
#include "ingest/publisher.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kNothing = {"serving.lock", "catalogue.sqlite.lock",
                                                      "posters.lock", "lost+found"};

/// True when nothing is lost with the folder.
bool holds_nothing(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (std::ranges::find(kNothing, name) == kNothing.end()) return false;
  }
  return true;
}

bool is_mount_point(const fs::path& folder) {
  struct statx found{};
  return ::statx(AT_FDCWD, folder.c_str(), 0, STATX_BASIC_STATS, &found) == 0 &&
         (found.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0 &&
         (found.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

void sync_all(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  static_cast<void>(::syncfs(descriptor));
  ::close(descriptor);
}

[[noreturn]] void cannot_swap(const fs::path& data_dir) {
  throw Error(ErrorKind::unavailable, "the data folder cannot be replaced",
              data_dir.string() + ": " + std::strerror(errno));
}

/// Moves what was unpacked within the folder to its top, the catalogue last: without it the folder
/// is still an empty one. Only for folders that held nothing.
void move_up(const fs::path& from, const fs::path& data_dir) {
  const fs::path last = from / "catalogue.sqlite";
  for (const auto& entry : fs::directory_iterator(from)) {
    if (entry.path() != last) fs::rename(entry.path(), data_dir / entry.path().filename());
  }
  fs::rename(last, data_dir / last.filename());
}

/// Exchanges the folders in one step; the former content is in `staging` afterwards.
void swap_folders(const fs::path& staging, const fs::path& data_dir) {
  if (!fs::exists(data_dir)) {
    if (::rename(staging.c_str(), data_dir.c_str()) != 0) cannot_swap(data_dir);
    return;
  }
  if (::renameat2(AT_FDCWD, staging.c_str(), AT_FDCWD, data_dir.c_str(), RENAME_EXCHANGE) != 0) {
    cannot_swap(data_dir);
  }
  if (fs::exists(staging / "posters") && !fs::exists(data_dir / "posters")) {
    std::error_code error;
    fs::rename(staging / "posters", data_dir / "posters", error);
    if (error) log_warning("the posters could not be kept: {}", error.message());
  }
}

/// Makes the index files, so that the first start is as quick as any.
void make_index_files(const fs::path& folder) {
  SqliteStore store(folder / "catalogue.sqlite");
  const Generation generation = store.generation();
  if (generation.number > 0) Publisher(store, folder).rebuild(generation);
}

}  // namespace

BackupManifest restore_backup(const fs::path& file, const fs::path& data_dir_as_given,
                              const RestoreOptions& options) {
  static_cast<void>(size_of_file(file));
  const fs::path data_dir = fs::weakly_canonical(fs::absolute(data_dir_as_given));
  const bool exists = fs::exists(data_dir);
  if (exists && !fs::is_directory(data_dir)) {
    throw Error(ErrorKind::invalid_argument, "restore: the data folder is a file",
                data_dir.string());
  }
  const bool empty = !exists || holds_nothing(data_dir);
  if (!empty && !options.force) {
    throw Error(ErrorKind::invalid_argument,
                "restore: the data folder holds something already; --force replaces it",
                data_dir.string());
  }
  if (!empty && !fs::exists(data_dir / "catalogue.sqlite")) {
    throw Error(ErrorKind::invalid_argument,
                "restore: this is no data folder of this program and is left alone",
                data_dir.string());
  }
  const bool mounted = exists && is_mount_point(data_dir);
  if (mounted && !empty) {
    throw Error(ErrorKind::invalid_argument,
                "restore: the data folder is a mount point, which cannot be swapped in one step; "
                "empty it first, or restore into another folder",
                data_dir.string());
  }
  std::vector<std::unique_ptr<WriterLock>> locks;
  for (const char* name :
       {"serving.lock", "catalogue.sqlite.lock", "posters.lock", "gather/lock"}) {
    const fs::path path = data_dir / name;
    if (fs::exists(path.parent_path())) locks.push_back(lock_file(path));
  }
  make_folders(data_dir.parent_path());
  const ScratchFolder scratch(mounted ? data_dir : data_dir.parent_path(), ".anireco-restore-");
  const fs::path staging = scratch.path() / "data";
  make_folders(staging);
  if (exists) fs::permissions(staging, fs::status(data_dir).permissions());
  BackupManifest manifest = unpack_backup(file, staging, options.stop);
  check_unpacked(manifest, staging);
  make_index_files(staging);
  sync_all(staging);
  if (options.stop.stop_requested()) {
    throw Error(ErrorKind::unavailable, "stopped; nothing was changed");
  }
  fault_point(options.fault, "restore.before_swap");
  if (mounted) {
    move_up(staging, data_dir);
  } else {
    swap_folders(staging, data_dir);
  }
  sync_all(data_dir.parent_path());
  fault_point(options.fault, "restore.after_swap");
  return manifest;
}

}  // namespace anireco
