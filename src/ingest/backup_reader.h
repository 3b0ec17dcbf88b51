#pragma once

#include <filesystem>
#include <stop_token>

#include "ingest/backup_manifest.h"

namespace anireco {

/// Unpacks a backup into an existing folder, each part held to the manifest's size and sha256 while
/// it is written. Throws Error{corrupt} for parts missing, added or other than the manifest says,
/// {unavailable} (disk full, stopped).
BackupManifest unpack_backup(const std::filesystem::path& file, const std::filesystem::path& folder,
                             const std::stop_token& stop = {});

/// Opens the databases of an unpacked backup. Throws Error{corrupt} when one is damaged or no
/// database of this program, {invalid_argument} for one of a newer version.
void check_unpacked(const BackupManifest& manifest, const std::filesystem::path& folder);

/// A new folder that goes away, with what is in it, unless it is kept. Names begin with `prefix`.
class ScratchFolder {
 public:
  /// Throws Error{unavailable} when it cannot be made within `parent`.
  ScratchFolder(const std::filesystem::path& parent, const std::string& prefix);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace anireco
