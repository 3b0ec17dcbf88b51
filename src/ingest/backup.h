#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

#include "base/fault_point.h"
#include "catalog/catalog_store.h"
#include "ingest/backup_manifest.h"

namespace anireco {

struct BackupOptions {
  bool posters = false;       ///< Fetched covers too.
  std::stop_token stop = {};  ///< Ends early with Error{unavailable}; nothing is left.
  FaultHook fault = {};       ///< Visited as "backup.before_parts", "backup.before_commit".
};

/// Writes one file with all that a data folder cannot make again by itself: the catalogue with its
/// vectors, people's lists and profiles, settings. Each database is copied as of one moment while
/// servers and imports go on. Nothing is seen under `file` before it is whole. Index files are left
/// out: a restore makes them again. Throws Error{not_found} when the folder has no catalogue,
/// {unavailable} (disk full), {corrupt} when a database is damaged.
BackupManifest write_backup(const std::filesystem::path& data_dir,
                            const std::filesystem::path& file, const BackupOptions& options = {});

/// Reads a backup whole and opens its databases, in a temporary folder that goes away. Throws
/// Error{not_found}, or {corrupt} when anything is missing, added or damaged.
BackupManifest verify_backup(const std::filesystem::path& file);

struct RestoreOptions {
  bool force = false;         ///< Replaces a data folder that holds something.
  std::stop_token stop = {};  ///< Ends early with Error{unavailable}; nothing is changed.
  FaultHook fault = {};       ///< Visited as "restore.before_swap", "restore.after_swap".
};

/// Puts a backup in the place of a data folder: unpacks it beside, verifies every part, makes the
/// index files, and only then swaps the folders in one step; the former content is removed (posters
/// stay unless the backup has its own). Throws Error{invalid_argument} for a folder that holds
/// something without `force`, or that is no data folder, {unavailable} naming the holder while a
/// server or an import uses it, and as verify_backup() does; the folder is untouched then.
BackupManifest restore_backup(const std::filesystem::path& file,
                              const std::filesystem::path& data_dir,
                              const RestoreOptions& options = {});

/// Says that a server uses a data folder, so that no restore replaces it. Many servers may. Throws
/// Error{unavailable} while a restore is at work.
std::unique_ptr<WriterLock> lock_for_serving(const std::filesystem::path& data_dir);

}  // namespace anireco
