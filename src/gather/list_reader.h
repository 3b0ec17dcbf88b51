#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/list_entry.h"

namespace anireco {

/// The forms of a list that are understood, told by content.
enum class ListForm {
  mal_xml,         ///< MyAnimeList's export; Shikimori and Kitsu export the same.
  mal_json,        ///< Answer of MyAnimeList's API v2.
  shikimori_json,  ///< Shikimori's export, or its API's anime_rates.
  anilist_json,    ///< Answer of AniList's MediaListCollection.
  anilist_export,  ///< AniList's export of everything it stores of a person.
  kitsu_json,      ///< Answer of Kitsu's library-entries with its anime and mappings.
  anireco_json,    ///< Our own export.
  ids              ///< "mal:1, anilist:5, 30": a bare number is MyAnimeList's.
};
std::string_view to_string(ListForm form);

struct ListFile {
  ListForm form = ListForm::ids;
  std::vector<ListEntry> entries = {};  ///< Repetitions made one.
  std::size_t skipped = 0;  ///< What is no anime, or has no id that anybody could find it by.
  std::size_t total = 0;    ///< Items of the file, repetitions and skipped ones included.
};

struct ListLimits {
  std::size_t max_bytes = std::size_t{24} << 20;  ///< Once unpacked.
  std::size_t max_entries = kMaxListEntries;
};

/// Reads a whole list, gzipped or not. Everything is checked before anything is given back: a list
/// is read whole or not at all. Throws Error{invalid_argument} whose message names the place (line
/// or entry) and what is wrong there. Document type declarations are refused, so no entity expands.
/// Thread-safe.
ListFile read_list(std::string_view bytes, const ListLimits& limits = {});

}  // namespace anireco
