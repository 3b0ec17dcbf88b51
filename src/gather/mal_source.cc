#include "gather/mal_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"
#include "catalog/anime_enums.h"
#include "gather/form_check.h"
#include "gather/page_reader.h"

namespace anireco {
namespace {

using namespace gather_detail;

constexpr std::uint32_t kPageSize = 500;
constexpr std::string_view kFields =
    "id,title,main_picture,alternative_titles,start_date,end_date,synopsis,mean,num_list_users,"
    "num_scoring_users,nsfw,genres,media_type,status,num_episodes,start_season,source,"
    "average_episode_duration,rating,studios";

constexpr std::string_view kForm = R"(
data: list
data[].node: object
data[].node.id: number
data[].node.title: string
data[].node.main_picture?: object
data[].node.main_picture.medium: string
data[].node.main_picture.large?: string
data[].node.alternative_titles?: object
data[].node.alternative_titles.synonyms?: list
data[].node.alternative_titles.synonyms[]: string
data[].node.alternative_titles.en?: string
data[].node.alternative_titles.ja?: string
data[].node.start_date?: string
data[].node.end_date?: string
data[].node.synopsis?: string
data[].node.mean?: number
data[].node.num_list_users: number
data[].node.num_scoring_users: number
data[].node.nsfw?: string
data[].node.genres?: list
data[].node.genres[].id: number
data[].node.genres[].name: string
data[].node.media_type: string
data[].node.status: string
data[].node.num_episodes: number
data[].node.start_season?: object
data[].node.start_season.year: number
data[].node.start_season.season: string
data[].node.source?: string
data[].node.average_episode_duration?: number
data[].node.rating?: string
data[].node.studios: list
data[].node.studios[].id: number
data[].node.studios[].name: string
data[].ranking: object
data[].ranking.rank: number
data[].ranking.previous_rank?: number null
paging: object
paging.previous?: string
paging.next?: string
)";

struct Cursor {
  std::string ranking = {};
  std::uint32_t offset = 0;
};

Cursor read_cursor(GatherScope scope, std::string_view cursor) {
  if (cursor.empty()) return {scope == GatherScope::all ? "bypopularity" : "airing", 0};
  const std::size_t colon = std::min(cursor.find(':'), cursor.size());
  Cursor out{std::string(cursor.substr(0, colon)),
             parse_offset(cursor.substr(std::min(colon + 1, cursor.size())))};
  if (out.ranking != "bypopularity" && out.ranking != "airing" && out.ranking != "upcoming") {
    throw Error(ErrorKind::invalid_argument, "The place to go on from is none of mal's.",
                out.ranking);
  }
  return out;
}

/// A page may hold less than was asked for: what came is what is counted, so that none is missed.
std::optional<std::string> next_cursor(const Cursor& now, std::size_t came, bool more) {
  const std::size_t offset = now.offset + came;
  if (more && came > 0 && offset <= kMostOffset) return fmt::format("{}:{}", now.ranking, offset);
  if (now.ranking == "airing") return "upcoming:0";
  return std::nullopt;
}

std::vector<std::string> names_of(const FieldReader& node, std::string_view key) {
  std::vector<std::string> names;
  for (const FieldReader& item : node.objects(key)) {
    if (std::string name = item.line("name"); !name.empty()) names.push_back(std::move(name));
  }
  return names;
}

Anime read_node(const FieldReader& node, std::uint32_t id, const TermMapping& mapping) {
  Anime a;
  a.ids.mal = id;
  a.titles.romaji = node.line("title");
  if (const auto titles = node.object("alternative_titles")) {
    a.titles.english = titles->line("en");
    a.titles.native = titles->line("ja");
    for (std::string& synonym : titles->lines("synonyms")) add_synonym(a, std::move(synonym));
  }
  a.type = node.name("media_type", parse_anime_type);
  a.status = node.name("status", parse_airing_status);
  set_start(a, node.date("start_date"));
  a.aired_to = node.date("end_date");
  if (const auto start = node.object("start_season")) {
    if (const auto year = start->small("year", 2200); year >= 1850) a.year = year;
    if (const Season season = start->name("season", parse_season); season != Season::unknown) {
      a.season = season;
    }
  }
  a.episodes = node.small("num_episodes", 60'000);
  const std::uint32_t seconds = node.number("average_episode_duration", 600'000);
  if (seconds > 0) {
    a.duration_minutes = static_cast<std::uint16_t>(std::max(1U, (seconds + 30) / 60));
  }
  a.score = static_cast<float>(std::round(node.real("mean", 10) * 100) / 100);
  a.scored_by = node.number("num_scoring_users", 4'000'000'000U);
  a.members = node.number("num_list_users", 4'000'000'000U);
  a.age_rating = node.name("rating", parse_age_rating);
  a.adult_flag = node.line("nsfw") == "black";
  a.source_material = source_material(node.line("source"));
  mapping.apply(names_of(node, "genres"), a);
  a.studios = names_of(node, "studios");
  if (std::string synopsis = node.text("synopsis"); !synopsis.empty()) {
    a.synopses.push_back({"en", std::move(synopsis), "mal"});
  }
  if (const auto picture = node.object("main_picture")) {
    a.image_url = picture->url("large");
    if (a.image_url.empty()) a.image_url = picture->url("medium");
  }
  a.site_url = fmt::format("https://myanimelist.net/anime/{}", id);
  return a;
}

}  // namespace

MalSource::MalSource(MalOptions options)
    : options_(std::move(options)), mapping_(TermMapping::builtin("mal")) {
  options_.base_url = trimmed_base(std::move(options_.base_url));
  const std::string& key = options_.client_id;
  if (key.empty() || key.size() > 200 ||
      !std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7F; })) {
    throw Error(ErrorKind::invalid_argument,
                "MyAnimeList's API wants a client id: a printable word without spaces.");
  }
}

SourceTerms MalSource::terms() const {
  return {.limit = {.per_second = 1, .per_minute = 30},
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
                     "site_url"}};
}

FetchRequest MalSource::page_request(GatherScope scope, std::string_view cursor) const {
  const Cursor at = read_cursor(scope, cursor);
  return {.url = fmt::format(
              "{}/v2/anime/ranking?ranking_type={}&limit={}&offset={}&nsfw=true&fields={}",
              options_.base_url, at.ranking, kPageSize, at.offset, kFields),
          .headers = {{"X-MAL-CLIENT-ID", options_.client_id}}};
}

SourcePage MalSource::read_page(GatherScope scope, std::string_view cursor,
                                std::string_view body) const {
  const Cursor at = read_cursor(scope, cursor);
  const json::value document = parse_document(body, name());
  const json::array& data = title_list(document.get_object(), "data", name());
  SourcePage page;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::string where = fmt::format("data[{}]", i);
    const json::object* item = data[i].if_object();
    const json::value* node = item == nullptr ? nullptr : item->if_contains("node");
    if (node == nullptr || !node->is_object()) {
      add_problem(page.problems, where + ": no title");
      continue;
    }
    const std::uint32_t id = FieldReader(node->get_object(), where, page.problems).id("id");
    if (id == 0) {
      add_problem(page.problems, where + ": no id");
      continue;
    }
    const FieldReader reader(node->get_object(), fmt::format("mal {}", id), page.problems);
    Anime anime = read_node(reader, id, mapping_);
    if (finish_record(anime, name())) {
      page.records.push_back(std::move(anime));
    } else {
      reader.problem("title", "is missing");
    }
  }
  std::vector<std::string> ignored;
  const FieldReader root(document.get_object(), "", ignored);
  const auto paging = root.object("paging");
  page.next = next_cursor(at, data.size(), paging && paging->has("next"));
  return page;
}

std::vector<std::string> MalSource::check_page(std::string_view body) const {
  return check_form(body, kForm);
}

}  // namespace anireco
