#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

struct RelationsFile {
  std::vector<Anime> records;  ///< One a title, by ascending mal id: ids.mal and relations only.
  std::uint64_t rows = 0;      ///< Taken.
};

/// Reads tab-separated relations, plain or .gz: mal_id, related_mal_id, relation (what the second
/// is to the first, in any spelling parse_relation_kind knows), further columns ignored; a first
/// line that begins with "mal_id" is a heading. A bad row is reported with its line number and
/// skipped. Throws Error{not_found} or Error{corrupt} as LineReader does.
RelationsFile read_relations_file(
    const std::filesystem::path& path,
    const std::function<void(std::uint64_t line, const std::string& reason)>& on_bad_row);

}  // namespace anireco
