#include "gather/list_fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/error.h"
#include "catalog/profile.h"
#include "text/unicode.h"

namespace anireco {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMalPage = 1000;
constexpr std::size_t kKitsuPage = 500;
constexpr std::size_t kShikimoriPage = 5000;
constexpr std::size_t kMaxBody = std::size_t{32} << 20;

constexpr const char* kAniListQuery =
    "query ($name: String) { MediaListCollection(userName: $name, type: ANIME) { "
    "user { mediaListOptions { scoreFormat } } lists { entries { status score "
    "media { id idMal type title { romaji english native } } } } } }";

struct SiteName {
  ListSite site;
  std::string_view name;
  std::string_view display;
};
constexpr std::array kSites = {SiteName{ListSite::mal, "mal", "MyAnimeList"},
                               SiteName{ListSite::anilist, "anilist", "AniList"},
                               SiteName{ListSite::kitsu, "kitsu", "Kitsu"},
                               SiteName{ListSite::shikimori, "shikimori", "Shikimori"}};

bool is_ascii_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_ascii_letter_or_digit(c) || c == '-' || c == '_' || c == '.') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

/// One fetch of one list: the time that is left, and how a site's refusals are told.
class Conversation {
 public:
  Conversation(HttpFetcher& fetcher, ListSite site, const ListFetchOptions& options,
               const ListLimits& limits)
      : fetcher_(fetcher),
        site_(site),
        options_(options),
        limits_(limits),
        deadline_(Clock::now() + options.total_timeout) {}

  std::string ask(FetchRequest request) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now());
    if (left.count() <= 0) fail(ErrorKind::unavailable, "took too long to answer");
    if (++pages_ > options_.max_pages) fail(ErrorKind::unavailable, "has no end of pages");
    request.timeout = std::min(left, options_.page_timeout);
    request.max_body_bytes = kMaxBody;
    request.headers["User-Agent"] = options_.user_agent;
    request.headers.try_emplace("Accept", "application/json");
    FetchResponse response;
    try {
      response = fetcher_.fetch(request);
    } catch (const Error& error) {
      throw Error(ErrorKind::unavailable,
                  fmt::format("{} could not be reached: {}", display_name(site_), error.what()),
                  error.context());
    }
    check_status(response);
    return std::move(response.body);
  }

  /// Reads one answer as one of the forms of lists.
  ListFile read(const std::string& body, ListForm wanted) const {
    ListFile page;
    try {
      page = read_list(body, limits_);
    } catch (const Error& error) {
      throw Error(ErrorKind::unavailable,
                  fmt::format("{} answered in a form that is not known", display_name(site_)),
                  error.what());
    }
    if (page.form != wanted) {
      fail(ErrorKind::unavailable, "answered in a form that is not known");
    }
    return page;
  }

  json::value read_json(const std::string& body) const {
    boost::system::error_code error;
    json::value value = json::parse(body, error);
    if (error) fail(ErrorKind::unavailable, "answered in a form that is not known");
    return value;
  }

  void add(ListFile& all, ListFile page) const {
    all.form = page.form;
    all.skipped += page.skipped;
    all.total += page.total;
    if (all.entries.size() + page.entries.size() > limits_.max_entries) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("user: the list has more than {} titles", limits_.max_entries));
    }
    for (ListEntry& entry : page.entries) all.entries.push_back(std::move(entry));
  }

  [[noreturn]] void fail(ErrorKind kind, std::string_view what) const {
    throw Error(kind, fmt::format("{} {}", display_name(site_), what));
  }
  [[noreturn]] void no_such_user() const {
    throw Error(ErrorKind::not_found,
                fmt::format("{} has no user of this name, or hides the list", display_name(site_)));
  }

 private:
  void check_status(const FetchResponse& response) const {
    const int status = response.status;
    if (status == 200) return;
    if (status == 404) no_such_user();
    if (status == 401 || status == 403) {
      // Where a key of ours is asked for, a refusal may also mean that key.
      throw Error(ErrorKind::not_found,
                  fmt::format("{} does not show this list: it is private{}", display_name(site_),
                              site_ == ListSite::mal ? ", or the client id is wrong" : ""));
    }
    if (status == 429) fail(ErrorKind::unavailable, "asks to wait a minute; try again then");
    throw Error(ErrorKind::unavailable,
                fmt::format("{} cannot answer just now (status {})", display_name(site_), status));
  }

  HttpFetcher& fetcher_;
  ListSite site_;
  const ListFetchOptions& options_;
  ListLimits limits_;
  Clock::time_point deadline_;
  std::size_t pages_ = 0;
};

bool has_next(const json::value& answer, std::string_view holder) {
  const json::object* object = answer.if_object();
  const json::value* links = object == nullptr ? nullptr : object->if_contains(holder);
  if (links == nullptr || !links->is_object()) return false;
  const json::value* next = links->get_object().if_contains("next");
  return next != nullptr && next->is_string();
}

ListFile fetch_mal(Conversation& site, std::string_view user, const ListFetchOptions& options) {
  if (options.mal_client_id.empty()) {
    site.fail(ErrorKind::unavailable,
              "lets itself be asked only with a client id (setting mal_client_id); a list exported "
              "there can be imported as a file");
  }
  ListFile all;
  for (std::size_t offset = 0;; offset += kMalPage) {
    const std::string body = site.ask(
        {.url = fmt::format("{}/v2/users/{}/animelist?fields=list_status&nsfw=true&limit={}&offset="
                            "{}",
                            options.mal_url, encoded(user), kMalPage, offset),
         .headers = {{"X-MAL-CLIENT-ID", options.mal_client_id}}});
    site.add(all, site.read(body, ListForm::mal_json));
    if (!has_next(site.read_json(body), "paging")) return all;
  }
}

ListFile fetch_anilist(Conversation& site, std::string_view user, const ListFetchOptions& options) {
  const json::object question{{"query", kAniListQuery}, {"variables", {{"name", user}}}};
  const std::string body = site.ask({.method = "POST",
                                     .url = options.anilist_url + "/",
                                     .headers = {{"Content-Type", "application/json"}},
                                     .body = json::serialize(question)});
  ListFile all;
  site.add(all, site.read(body, ListForm::anilist_json));
  return all;
}

ListFile fetch_kitsu(Conversation& site, std::string_view user, const ListFetchOptions& options) {
  const auto ask = [&](std::string url) {
    return site.ask({.url = std::move(url), .headers = {{"Accept", "application/vnd.api+json"}}});
  };
  const json::value found =
      site.read_json(ask(fmt::format("{}/api/edge/users?filter%5Bname%5D={}&page%5Blimit%5D=1",
                                     options.kitsu_url, encoded(user))));
  const json::object* answer = found.if_object();
  const json::value* data = answer == nullptr ? nullptr : answer->if_contains("data");
  if (data == nullptr || !data->is_array()) {
    site.fail(ErrorKind::unavailable, "answered in a form that is not known");
  }
  if (data->get_array().empty()) site.no_such_user();
  const json::object* person = data->get_array().front().if_object();
  const json::value* id = person == nullptr ? nullptr : person->if_contains("id");
  const bool sane =
      id != nullptr && id->is_string() && !id->get_string().empty() &&
      std::ranges::all_of(id->get_string(), [](char c) { return c >= '0' && c <= '9'; });
  if (!sane) site.fail(ErrorKind::unavailable, "answered in a form that is not known");
  ListFile all;
  for (std::size_t offset = 0;;) {
    const std::string body = ask(fmt::format(
        "{}/api/edge/library-entries?filter%5BuserId%5D={}&filter%5Bkind%5D=anime&include=anime,"
        "anime.mappings&page%5Blimit%5D={}&page%5Boffset%5D={}",
        options.kitsu_url, std::string_view(id->get_string()), kKitsuPage, offset));
    ListFile page = site.read(body, ListForm::kitsu_json);
    // The site may give fewer than were asked for.
    const std::size_t count = page.total;
    site.add(all, std::move(page));
    offset += count;
    if (count == 0 || !has_next(site.read_json(body), "links")) return all;
  }
}

ListFile fetch_shikimori(Conversation& site, std::string_view user,
                         const ListFetchOptions& options) {
  ListFile all;
  for (std::size_t page = 1;; ++page) {
    const std::string body =
        site.ask({.url = fmt::format("{}/api/users/{}/anime_rates?limit={}&page={}",
                                     options.shikimori_url, encoded(user), kShikimoriPage, page)});
    ListFile rates = site.read(body, ListForm::shikimori_json);
    const std::size_t count = rates.total;
    site.add(all, std::move(rates));
    if (count < kShikimoriPage) return all;
  }
}

}  // namespace

std::string_view to_string(ListSite site) { return kSites[static_cast<std::size_t>(site)].name; }

std::string_view display_name(ListSite site) {
  return kSites[static_cast<std::size_t>(site)].display;
}

std::optional<ListSite> parse_list_site(std::string_view name) {
  for (const SiteName& site : kSites) {
    if (site.name == name) return site.site;
  }
  return std::nullopt;
}

bool is_user_name(ListSite site, std::string_view user) {
  if (!is_valid_utf8(user)) return false;
  const std::size_t length = count_code_points(user);
  if (length == 0 || length > 40 || user == "." || user == "..") return false;
  const bool strict = site == ListSite::mal || site == ListSite::anilist;
  return std::ranges::all_of(user, [&](char c) {
    if (is_ascii_letter_or_digit(c) || c == '-' || c == '_') return true;
    if (strict) return false;
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::string_view(" .+'!()~").find(c) != std::string_view::npos;
  });
}

ListFile fetch_list(HttpFetcher& fetcher, ListSite site, std::string_view user,
                    const ListFetchOptions& options, const ListLimits& limits) {
  if (!is_user_name(site, user)) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("user: no name that {} could know", display_name(site)));
  }
  Conversation conversation(fetcher, site, options, limits);
  ListFile list;
  switch (site) {
    case ListSite::mal:
      list = fetch_mal(conversation, user, options);
      break;
    case ListSite::anilist:
      list = fetch_anilist(conversation, user, options);
      break;
    case ListSite::kitsu:
      list = fetch_kitsu(conversation, user, options);
      break;
    case ListSite::shikimori:
      list = fetch_shikimori(conversation, user, options);
      break;
  }
  list.entries = without_repetitions(std::move(list.entries));
  return list;
}

}  // namespace anireco
