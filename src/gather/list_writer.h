#pragma once

#include <span>
#include <string>

#include "catalog/list_entry.h"

namespace anireco {

/// Our own form of a list, which read_list() reads back equal: {"format": "anireco-list",
/// "version": 1, "name": …, "entries": […]}, an entry a line.
std::string write_list_json(std::string_view name, std::span<const ListEntry> entries);

/// MyAnimeList's XML, as its import page takes it. Entries without a MyAnimeList id or without a
/// status (only marked) have no place there; a comment counts them.
std::string write_mal_xml(std::span<const ListEntry> entries);

}  // namespace anireco
