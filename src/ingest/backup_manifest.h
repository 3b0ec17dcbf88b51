#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace anireco {

/// What a backup holds: its first entry, manifest.json (docs/formats.md).
struct BackupManifest {
  struct Part {
    std::uint64_t bytes = 0;
    std::string sha256 = {};  ///< 64 hexadecimal digits.
    bool operator==(const Part&) const = default;
  };
  std::string program = {};  ///< Version that made it.
  std::string made_at = {};  ///< "2026-01-31T12:00:00Z"
  std::uint64_t generation = 0;
  std::uint64_t titles = 0;
  std::map<std::string, Part> parts = {};  ///< By name within the data folder.
  bool operator==(const BackupManifest&) const = default;
};

std::string to_json(const BackupManifest& manifest);

/// Throws Error{corrupt} for anything but what to_json() writes, for a newer form, and for parts
/// that is_backup_part() does not know.
BackupManifest parse_backup_manifest(std::string_view text);

/// The names that a backup may hold: catalogue.sqlite, profiles.sqlite, anireco.ini, starter.stamp,
/// posters/NAME of a poster.
bool is_backup_part(std::string_view name);

}  // namespace anireco
