#include "gather/jikan_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"
#include "catalog/anime_enums.h"
#include "gather/form_check.h"
#include "gather/jikan_form.h"
#include "gather/page_reader.h"

namespace anireco {
namespace {

using namespace gather_detail;

constexpr std::uint32_t kPageSize = 25;
constexpr std::uint32_t kMostPages = kMostOffset / kPageSize;

struct Cursor {
  std::string status = {};
  std::uint32_t page = 1;
};

Cursor read_cursor(GatherScope scope, std::string_view cursor) {
  if (cursor.empty()) return {scope == GatherScope::all ? "" : "airing", 1};
  const std::size_t colon = std::min(cursor.find(':'), cursor.size());
  Cursor out{std::string(cursor.substr(0, colon)),
             parse_offset(cursor.substr(std::min(colon + 1, cursor.size())))};
  if (!out.status.empty() && out.status != "airing" && out.status != "upcoming") {
    throw Error(ErrorKind::invalid_argument, "The place to go on from is none of jikan's.",
                out.status);
  }
  return out;
}

std::optional<std::string> next_cursor(const Cursor& now, bool more) {
  if (more && now.page < kMostPages) return fmt::format("{}:{}", now.status, now.page + 1);
  if (now.status == "airing") return "upcoming:1";
  return std::nullopt;
}

/// "24 min per ep", "1 hr 55 min", "15 sec per ep"; 0 for "Unknown".
std::uint16_t read_minutes(const FieldReader& title) {
  std::uint32_t number = 0;
  std::uint32_t seconds = 0;
  const std::string text = title.line("duration");
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    if (word.size() <= 4 && !word.empty() &&
        std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; })) {
      number = 0;
      for (const char c : word) number = number * 10 + static_cast<std::uint32_t>(c - '0');
    } else if (word.starts_with("hr")) {
      seconds += std::exchange(number, 0) * 3600;
    } else if (word.starts_with("min")) {
      seconds += std::exchange(number, 0) * 60;
    } else if (word.starts_with("sec")) {
      seconds += std::exchange(number, 0);
    }
  }
  if (seconds == 0) return 0;
  return static_cast<std::uint16_t>(std::clamp((seconds + 30) / 60, 1U, 10'000U));
}

std::vector<std::string> names_of(const FieldReader& title,
                                  std::initializer_list<std::string_view> keys) {
  std::vector<std::string> names;
  for (const std::string_view key : keys) {
    for (const FieldReader& item : title.objects(key)) {
      if (std::string name = item.line("name"); !name.empty()) names.push_back(std::move(name));
    }
  }
  return names;
}

std::string read_image(const FieldReader& title) {
  const auto images = title.object("images");
  const auto jpg = images ? images->object("jpg") : std::nullopt;
  if (!jpg) return {};
  std::string url = jpg->url("large_image_url");
  return url.empty() ? jpg->url("image_url") : url;
}

Anime read_title(const FieldReader& title, std::uint32_t id, const TermMapping& mapping) {
  Anime a;
  a.ids.mal = id;
  a.titles.romaji = title.line("title");
  a.titles.english = title.line("title_english");
  a.titles.native = title.line("title_japanese");
  for (std::string& synonym : title.lines("title_synonyms")) add_synonym(a, std::move(synonym));
  a.type = title.name("type", parse_anime_type);
  a.status = title.name("status", parse_airing_status);
  if (const auto aired = title.object("aired")) {
    set_start(a, aired->date("from"));
    a.aired_to = aired->date("to");
  }
  if (const auto year = title.small("year", 2200); year >= 1850) a.year = year;
  if (const Season season = title.name("season", parse_season); season != Season::unknown) {
    a.season = season;
  }
  a.episodes = title.small("episodes", 60'000);
  a.duration_minutes = read_minutes(title);
  a.score = static_cast<float>(std::round(title.real("score", 10) * 100) / 100);
  a.scored_by = title.number("scored_by", 4'000'000'000U);
  a.members = title.number("members", 4'000'000'000U);
  a.age_rating = title.name("rating", parse_age_rating);
  a.source_material = source_material(title.line("source"));
  const std::vector<std::string> explicit_genres = names_of(title, {"explicit_genres"});
  a.adult_flag = std::ranges::find(explicit_genres, "Hentai") != explicit_genres.end();
  mapping.apply(names_of(title, {"genres", "explicit_genres", "themes", "demographics"}), a);
  a.studios = names_of(title, {"studios"});
  if (std::string synopsis = title.text("synopsis"); !synopsis.empty()) {
    a.synopses.push_back({"en", std::move(synopsis), "jikan"});
  }
  a.image_url = read_image(title);
  if (const auto trailer = title.object("trailer")) {
    a.trailer_url = youtube_url(trailer->line("youtube_id"));
  }
  a.site_url = fmt::format("https://myanimelist.net/anime/{}", id);
  return a;
}

}  // namespace

JikanSource::JikanSource(JikanOptions options)
    : options_(std::move(options)), mapping_(TermMapping::builtin("jikan")) {
  options_.base_url = trimmed_base(std::move(options_.base_url));
  if (options_.base_url.empty()) {
    throw Error(ErrorKind::invalid_argument,
                "jikan wants the address of a server of your own; the public one is closed.");
  }
}

SourceTerms JikanSource::terms() const {
  return {.limit = {.per_second = 3, .per_minute = 60},
          .page_size = kPageSize,
          .expected_titles = 30'000,
          .fields = {"ids.mal",       "titles.romaji",   "titles.english",
                     "titles.native", "titles.synonyms", "type",
                     "status",        "episodes",        "duration_minutes",
                     "aired_from",    "aired_to",        "season",
                     "year",          "score",           "scored_by",
                     "members",       "genres",          "themes",
                     "demographics",  "studios",         "source_material",
                     "age_rating",    "synopses.en",     "image_url",
                     "site_url",      "trailer_url"}};
}

FetchRequest JikanSource::page_request(GatherScope scope, std::string_view cursor) const {
  const Cursor at = read_cursor(scope, cursor);
  const std::string status = at.status.empty() ? "" : "&status=" + at.status;
  return {.url = fmt::format("{}/v4/anime?page={}&limit={}&order_by=mal_id&sort=asc{}",
                             options_.base_url, at.page, kPageSize, status),
          .headers = {{"Accept", "application/json"}}};
}

SourcePage JikanSource::read_page(GatherScope scope, std::string_view cursor,
                                  std::string_view body) const {
  const Cursor at = read_cursor(scope, cursor);
  const json::value document = parse_document(body, name());
  const json::array& data = title_list(document.get_object(), "data", name());
  SourcePage page;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::string where = fmt::format("data[{}]", i);
    const json::object* item = data[i].if_object();
    const std::uint32_t id =
        item == nullptr ? 0 : FieldReader(*item, where, page.problems).id("mal_id");
    if (id == 0) {
      add_problem(page.problems, where + ": no id");
      continue;
    }
    const FieldReader title(*item, fmt::format("jikan {}", id), page.problems);
    Anime anime = read_title(title, id, mapping_);
    if (finish_record(anime, name())) {
      page.records.push_back(std::move(anime));
    } else {
      title.problem("title", "is missing");
    }
  }
  const FieldReader root(document.get_object(), "", page.problems);
  bool more = false;
  if (const auto pagination = root.object("pagination")) {
    more = !data.empty() && pagination->flag("has_next_page");
    // Of one of the two lists that `airing` goes through, the number would mislead.
    const auto items = pagination->object("items");
    if (items && scope == GatherScope::all) page.total = items->number("total", kMostOffset);
  }
  page.next = next_cursor(at, more);
  return page;
}

std::vector<std::string> JikanSource::check_page(std::string_view body) const {
  return check_form(body, kJikanForm);
}

}  // namespace anireco
