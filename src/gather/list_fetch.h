#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "gather/list_reader.h"
#include "net/http_fetcher.h"

namespace anireco {

/// Sites whose public lists can be fetched by user name.
enum class ListSite { mal, anilist, kitsu, shikimori };
/// "mal", "anilist", "kitsu", "shikimori".
std::string_view to_string(ListSite site);
std::optional<ListSite> parse_list_site(std::string_view name);
/// As people know it: "MyAnimeList".
std::string_view display_name(ListSite site);

/// Where and how lists are asked for. URLs without a final slash; other ones are for tests and
/// proxies.
struct ListFetchOptions {
  std::string mal_url = "https://api.myanimelist.net";
  std::string anilist_url = "https://graphql.anilist.co";
  std::string kitsu_url = "https://kitsu.app";
  std::string shikimori_url = "https://shikimori.one";
  std::string mal_client_id = {};  ///< Without it MyAnimeList cannot be asked.
  std::string user_agent = "AniReco/" ANIRECO_VERSION;
  std::chrono::milliseconds page_timeout{15'000};
  std::chrono::milliseconds total_timeout{25'000};  ///< All pages together.
  std::size_t max_pages = 1200;
};

/// True if the site could have a user of this name; nothing else is ever sent to it.
bool is_user_name(ListSite site, std::string_view user);

/// Fetches somebody's public list, page by page, and reads it. Waits for the site; call it from a
/// thread that may. Throws Error{invalid_argument} for a name that the site cannot have or a list
/// above `limits`, {not_found} for an unknown user or a list that is not public, {unavailable} when
/// the site does not answer, asks to wait, answers something unknown, or the client id is missing.
/// Nothing is given back of a list that came in part.
ListFile fetch_list(HttpFetcher& fetcher, ListSite site, std::string_view user,
                    const ListFetchOptions& options, const ListLimits& limits = {});

}  // namespace anireco
