#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

enum class IdSite { mal, anilist, kitsu, anidb, shikimori, imdb };

/// A title's id at a site. `value` is decimal without leading zeros, or "tt" and digits for imdb.
struct SiteId {
  IdSite site = IdSite::mal;
  std::string value;
  bool operator==(const SiteId&) const = default;
  auto operator<=>(const SiteId&) const = default;
};

std::string_view to_string(IdSite site);

/// The non-empty ids, strongest site first: mal, anilist, kitsu, anidb, shikimori, imdb (the order
/// in which sites decide whether two records are one, see merge.h).
std::vector<SiteId> site_ids(const ExternalIds& ids);

/// Reads "mal:1", "imdb:tt0213338", case of the site ignored. Malformed: nullopt.
std::optional<SiteId> parse_site_id(std::string_view text);
/// "mal:1".
std::string to_string(const SiteId& id);

/// Our own id of a title first seen under `seed`: the first 10 characters of the RFC 4648 base32
/// (lower case, a–z and 2–7, no padding) of sha256(seed), or of sha256(seed + "#" + attempt) for
/// attempts from 1 while the shorter one is taken by another title.
std::string make_anime_id(std::string_view seed, int attempt = 0);

/// The seed of a record: its strongest external id ("mal:1"), else "title:" with its main title in
/// lower case, its type and year.
std::string id_seed(const Anime& anime);

/// True for 10 characters of a–z and 2–7.
bool is_anime_id(std::string_view text);

/// The title a reader of the language knows ("en": English, romaji; "ru": Russian, English; any
/// other: romaji), else any other there is.
const std::string& display_title(const Anime& anime, std::string_view language = "en");

}  // namespace anireco
