#pragma once

#include <filesystem>

namespace anireco {

/// Copies a SQLite database as it is at one moment, while other processes read and write it, into a
/// file that must not exist yet. Throws as Database does.
void copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

/// Reads every page of a database. Throws Error{corrupt} unless it is one and sound.
void check_database(const std::filesystem::path& path);

}  // namespace anireco
