#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/profile_store.h"

namespace anireco {

/// A list that came from outside, read.
struct IncomingList {
  std::string form = {};  ///< "mal_xml", "shikimori_json", …: what it was told to be.
  std::vector<ListEntry> entries = {};
  std::size_t skipped = 0;  ///< Items that are no anime or have no id.
};

/// What the API needs for people's lists, handed in by the program, for the API itself knows
/// neither files' forms nor other sites. Everything is thread-safe.
struct ListServices {
  std::shared_ptr<ProfileStore> profiles = nullptr;  ///< Null: profiles are switched off.
  /// Reads a file of any known form. Throws Error{invalid_argument} naming the place.
  std::function<IncomingList(std::string_view bytes)> read = nullptr;
  /// Writes entries as "json" (our own form) or "mal" (MyAnimeList's XML).
  std::function<std::string(std::string_view format, std::string_view name,
                            const std::vector<ListEntry>& entries)>
      write = nullptr;
  /// Fetches somebody's public list; waits for the site. Empty: fetching is switched off.
  std::function<IncomingList(std::string_view site, std::string_view user)> fetch = nullptr;
  /// Sites that `fetch` knows: "mal", "anilist", …
  std::vector<std::string> sites = {};
};

}  // namespace anireco
