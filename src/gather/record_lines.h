#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

class PageStore;

/// Records as they are kept until they are imported.
struct RecordLines {
  std::string text = {};  ///< Canonical JSON, a line feed behind each.
  std::uint64_t records = 0;
  std::uint64_t filtered = 0;              ///< Older than the date asked for.
  std::vector<std::string> problems = {};  ///< Records that the form does not allow, and why.
};

/// Writes records that began, end or go on since `since` (YYYY-MM-DD, empty: any), or are without
/// dates. `figures_date` is given to scores without a date.
RecordLines to_lines(std::vector<Anime> records, const std::string& since,
                     const std::string& figures_date);

/// Whether the title began, ended or goes on since that day, or has no dates. Empty: yes.
bool is_since(const Anime& anime, std::string_view since);

/// Writes the records of all pages, then `further` lines: each title (by id_seed) once, in the form
/// that comes last. Returns how many. Throws Error{corrupt, unavailable}.
std::uint64_t write_records(const PageStore& pages, std::span<const std::string> further,
                            const std::filesystem::path& path);

/// Visits the lines of a file. Throws Error{not_found, corrupt}.
void for_each_line(const std::filesystem::path& path,
                   const std::function<void(std::string_view line)>& visit);

}  // namespace anireco
