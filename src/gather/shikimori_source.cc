#include "gather/shikimori_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "catalog/anime_enums.h"
#include "gather/form_check.h"
#include "gather/page_reader.h"
#include "text/clean.h"

namespace anireco {
namespace {

using namespace gather_detail;

constexpr std::uint32_t kPageSize = 50;
constexpr std::uint32_t kMostPages = kMostOffset / kPageSize;

constexpr std::string_view kFields = R"(
    id malId name russian licenseNameRu english japanese synonyms
    kind rating score status episodes duration
    airedOn { year month day } releasedOn { year month day }
    season origin url isCensored
    poster { originalUrl }
    genres { name russian kind }
    studios { name }
    description descriptionSource
    related { relationKind anime { id malId } })";

constexpr std::string_view kForm = R"(
data: object
data.animes: list
data.animes[].id: string
data.animes[].malId: string null
data.animes[].name: string
data.animes[].russian: string null
data.animes[].licenseNameRu: string null
data.animes[].english: string null
data.animes[].japanese: string null
data.animes[].synonyms: list
data.animes[].synonyms[]: string
data.animes[].kind: string null
data.animes[].rating: string null
data.animes[].score: number null
data.animes[].status: string null
data.animes[].episodes: number
data.animes[].duration: number null
data.animes[].airedOn: object null
data.animes[].airedOn.year: number null
data.animes[].airedOn.month: number null
data.animes[].airedOn.day: number null
data.animes[].releasedOn: object null
data.animes[].releasedOn.year: number null
data.animes[].releasedOn.month: number null
data.animes[].releasedOn.day: number null
data.animes[].season: string null
data.animes[].origin: string null
data.animes[].url: string
data.animes[].isCensored: boolean null
data.animes[].poster: object null
data.animes[].poster.originalUrl: string
data.animes[].genres: list null
data.animes[].genres[].name: string
data.animes[].genres[].russian: string
data.animes[].genres[].kind: string
data.animes[].studios: list
data.animes[].studios[].name: string
data.animes[].description: string null
data.animes[].descriptionSource: string null
data.animes[].related: list null
data.animes[].related[].relationKind: string null
data.animes[].related[].anime: object null
data.animes[].related[].anime.id: string
data.animes[].related[].anime.malId: string null
)";

std::uint32_t page_number(std::string_view cursor) {
  return cursor.empty() ? 1 : std::max(1U, parse_offset(cursor));
}

/// "1998", "1998-04" or "1998-04-03" of a date that may be known in part; empty if it is none.
std::string read_date(const FieldReader& title, std::string_view key) {
  const auto date = title.object(key);
  if (!date) return {};
  const std::uint32_t year = date->number("year", 2200);
  const std::uint32_t month = date->number("month", 12);
  const std::uint32_t day = date->number("day", 31);
  if (year < 1850) return {};
  if (month == 0) return fmt::format("{:04}", year);
  if (day == 0) return fmt::format("{:04}-{:02}", year, month);
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

/// Shikimori's own mark for a spoiler within a line; the other marks are text/clean's.
std::string without_bar_spoilers(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t open = text.find("||");
    const std::size_t close = open == std::string_view::npos ? open : text.find("||", open + 2);
    if (close == std::string_view::npos) break;
    out += text.substr(0, open);
    text.remove_prefix(close + 2);
  }
  out += text;
  return out;
}

bool has_cyrillic(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c == '\xD0' || c == '\xD1'; });
}

void read_season(const FieldReader& title, Anime& a) {
  const std::string season = title.line("season");
  const std::size_t bar = season.find('_');
  if (bar == std::string::npos) return;
  if (const auto value = parse_season(season.substr(0, bar))) a.season = *value;
}

Relation read_relation(const FieldReader& item) {
  Relation relation;
  if (const auto target = item.object("anime")) {
    relation.target.shikimori = target->id("id");
    relation.target.mal = target->id("malId");
    relation.kind = parse_relation_kind(item.line("relationKind")).value_or(RelationKind::other);
  }
  return relation;
}

Anime read_title(const FieldReader& title, std::uint32_t id, const TermMapping& mapping) {
  Anime a;
  a.ids.shikimori = id;
  a.ids.mal = title.id("malId");
  a.titles.romaji = title.line("name");
  a.titles.english = title.line("english");
  a.titles.native = title.line("japanese");
  a.titles.russian = title.line("russian");
  std::string licensed = title.line("licenseNameRu");
  if (a.titles.russian.empty()) {
    a.titles.russian = std::move(licensed);
  } else {
    add_synonym(a, std::move(licensed));
  }
  for (std::string& synonym : title.lines("synonyms")) add_synonym(a, std::move(synonym));
  a.type = title.name("kind", parse_anime_type);
  a.status = title.name("status", parse_airing_status);
  a.age_rating = title.name("rating", parse_age_rating);
  a.adult_flag = title.flag("isCensored");
  a.score = static_cast<float>(std::round(title.real("score", 10) * 100) / 100);
  a.episodes = title.small("episodes", 60'000);
  a.duration_minutes = title.small("duration", 10'000);
  set_start(a, read_date(title, "airedOn"));
  a.aired_to = read_date(title, "releasedOn");
  read_season(title, a);
  a.source_material = source_material(title.line("origin"));
  std::vector<std::string> terms;
  for (const FieldReader& genre : title.objects("genres")) terms.push_back(genre.line("name"));
  mapping.apply(terms, a);
  for (const FieldReader& studio : title.objects("studios")) {
    if (std::string name = studio.line("name"); !name.empty()) a.studios.push_back(std::move(name));
  }
  std::string text = clean_synopsis(without_bar_spoilers(title.text("description")));
  if (!text.empty()) {
    const std::string_view language = has_cyrillic(text) ? "ru" : "en";
    a.synopses.push_back({std::string(language), std::move(text), "shikimori"});
  }
  for (const FieldReader& item : title.objects("related")) {
    const Relation relation = read_relation(item);
    if (relation.target != ExternalIds{}) a.relations.push_back(relation);
  }
  if (const auto poster = title.object("poster")) a.image_url = poster->url("originalUrl");
  a.site_url = title.url("url");
  return a;
}

}  // namespace

ShikimoriSource::ShikimoriSource(ShikimoriOptions options)
    : options_(std::move(options)), mapping_(TermMapping::builtin("shikimori")) {
  options_.base_url = trimmed_base(std::move(options_.base_url));
}

SourceTerms ShikimoriSource::terms() const {
  return {.limit = {.per_second = 5, .per_minute = 90},
          .page_size = kPageSize,
          .expected_titles = 30'000,
          .fields = {"ids.mal",
                     "ids.shikimori",
                     "titles.romaji",
                     "titles.english",
                     "titles.native",
                     "titles.russian",
                     "titles.synonyms",
                     "type",
                     "status",
                     "episodes",
                     "duration_minutes",
                     "aired_from",
                     "aired_to",
                     "season",
                     "year",
                     "score",
                     "genres",
                     "themes",
                     "demographics",
                     "studios",
                     "source_material",
                     "age_rating",
                     "synopses.ru",
                     "image_url",
                     "site_url",
                     "relations"}};
}

FetchRequest ShikimoriSource::page_request(GatherScope scope, std::string_view cursor) const {
  const std::string_view status = scope == GatherScope::airing ? ", status: \"ongoing,anons\"" : "";
  const std::string query =
      fmt::format("{{ animes(page: {}, limit: {}, order: id, censored: false{}) {{{} }} }}",
                  page_number(cursor), kPageSize, status, kFields);
  return {.method = "POST",
          .url = options_.base_url + "/api/graphql",
          .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
          .body = json::serialize(json::object{{"query", query}})};
}

SourcePage ShikimoriSource::read_page(GatherScope, std::string_view cursor,
                                      std::string_view body) const {
  const std::uint32_t number = page_number(cursor);
  const json::value document = parse_document(body, name());
  const json::object& root = document.get_object();
  if (const json::value* errors = root.if_contains("errors"); errors != nullptr) {
    throw Error(ErrorKind::corrupt, "Shikimori answered with an error in place of titles.",
                clean_line(json::serialize(*errors).substr(0, 300)));
  }
  const json::value* answer = root.if_contains("data");
  if (answer == nullptr || !answer->is_object()) {
    throw Error(ErrorKind::corrupt, "The answer of shikimori has no data.");
  }
  const json::array& animes = title_list(answer->get_object(), "animes", name());
  SourcePage page;
  for (std::size_t i = 0; i < animes.size(); ++i) {
    const std::string where = fmt::format("animes[{}]", i);
    const json::object* item = animes[i].if_object();
    const std::uint32_t id =
        item == nullptr ? 0 : FieldReader(*item, where, page.problems).id("id");
    if (id == 0) {
      add_problem(page.problems, where + ": no id");
      continue;
    }
    const FieldReader title(*item, fmt::format("shikimori {}", id), page.problems);
    Anime anime = read_title(title, id, mapping_);
    if (finish_record(anime, name())) {
      page.records.push_back(std::move(anime));
    } else {
      title.problem("name", "is missing");
    }
  }
  if (!animes.empty() && number < kMostPages) page.next = fmt::format("{}", number + 1);
  return page;
}

std::vector<std::string> ShikimoriSource::check_page(std::string_view body) const {
  return check_form(body, kForm);
}

}  // namespace anireco
