#include "gather/kitsu_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "catalog/anime_enums.h"
#include "catalog/fold.h"
#include "gather/form_check.h"
#include "gather/kitsu_form.h"
#include "gather/page_reader.h"

namespace anireco {
namespace {

using namespace gather_detail;

constexpr std::uint32_t kPageSize = 20;

/// What the page includes beside the titles, by "type id".
using Included = std::unordered_map<std::string, const json::object*>;

std::string key_of(const FieldReader& item) { return item.line("type") + ' ' + item.line("id"); }

Included read_included(const FieldReader& root) {
  Included out;
  // The list may be long: twenty titles with a hundred categories and mappings each.
  const json::value* list = root.raw().if_contains("included");
  if (list == nullptr || !list->is_array()) return out;
  std::vector<std::string> ignored;
  for (const json::value& item : list->get_array()) {
    const json::object* object = item.if_object();
    if (object == nullptr || out.size() >= 10'000) continue;
    const json::value* attributes = object->if_contains("attributes");
    if (attributes == nullptr || !attributes->is_object()) continue;
    out.emplace(key_of(FieldReader(*object, "", ignored)), &attributes->get_object());
  }
  return out;
}

/// Attributes of what a title is linked to by a relationship.
std::vector<const json::object*> linked(const FieldReader& title, std::string_view relationship,
                                        const Included& included) {
  std::vector<const json::object*> out;
  const auto relationships = title.object("relationships");
  if (!relationships) return out;
  const auto relation = relationships->object(relationship);
  if (!relation) return out;
  for (const FieldReader& item : relation->objects("data")) {
    const auto at = included.find(key_of(item));
    if (at != included.end()) out.push_back(at->second);
  }
  return out;
}

/// "21" and "anime/21".
std::uint32_t external_id(std::string text) {
  if (text.starts_with("anime/")) text.erase(0, 6);
  if (text.empty() || text.size() > 9 ||
      !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    return 0;
  }
  return static_cast<std::uint32_t>(std::stoul(text));
}

void read_mappings(const FieldReader& title, const Included& included,
                   std::vector<std::string>& problems, Anime& a) {
  for (const json::object* attributes : linked(title, "mappings", included)) {
    const FieldReader mapping(*attributes, fmt::format("kitsu {} mapping", a.ids.kitsu), problems);
    const std::string site = mapping.line("externalSite");
    const std::string value = mapping.line("externalId");
    const auto take = [&](std::uint32_t& id) {
      if (id == 0) id = external_id(value);
    };
    if (site == "myanimelist/anime") take(a.ids.mal);
    if (site == "anilist/anime" || site == "anilist") take(a.ids.anilist);
    if (site == "anidb") take(a.ids.anidb);
  }
}

AgeRating read_age(const FieldReader& attributes) {
  const std::string age = fold_name(attributes.line("ageRating"));
  const std::string guide = fold_name(attributes.line("ageRatingGuide"));
  const auto says = [&](std::string_view word) { return guide.find(word) != std::string::npos; };
  if (age.empty()) return AgeRating::unknown;
  if (age == "g") return AgeRating::g;
  if (age == "pg") return says("child") ? AgeRating::pg : AgeRating::pg13;
  if (age == "r") return says("nudity") ? AgeRating::r_plus : AgeRating::r17;
  if (age == "r18") return AgeRating::rx;
  attributes.problem("ageRating", "is none of the known values");
  return AgeRating::unknown;
}

void read_titles(const FieldReader& attributes, Anime& a) {
  if (const auto titles = attributes.object("titles")) {
    a.titles.romaji = titles->line("en_jp");
    a.titles.english = titles->line("en");
    if (a.titles.english.empty()) a.titles.english = titles->line("en_us");
    a.titles.native = titles->line("ja_jp");
    a.titles.russian = titles->line("ru_ru");
    if (a.titles.russian.empty()) a.titles.russian = titles->line("ru");
    for (const auto& member : titles->raw()) add_synonym(a, titles->line(member.key()));
  }
  std::string canonical = attributes.line("canonicalTitle");
  if (a.titles.romaji.empty() && a.titles.english != canonical) {
    a.titles.romaji = std::move(canonical);
  } else {
    add_synonym(a, std::move(canonical));
  }
  for (std::string& title : attributes.lines("abbreviatedTitles")) add_synonym(a, std::move(title));
}

/// Kitsu counts how many gave each of the marks from 1 to 20, in strings.
std::uint32_t read_scored_by(const FieldReader& attributes) {
  const auto frequencies = attributes.object("ratingFrequencies");
  if (!frequencies) return 0;
  std::uint64_t sum = 0;
  for (const auto& member : frequencies->raw()) {
    sum += frequencies->number(member.key(), 100'000'000);
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, 4'000'000'000U));
}

AiringStatus read_status(const FieldReader& attributes) {
  if (attributes.line("status") == "tba") return AiringStatus::upcoming;
  return attributes.name("status", parse_airing_status);
}

Anime read_title(const FieldReader& title, const FieldReader& attributes, std::uint32_t id,
                 const Included& included, const TermMapping& mapping,
                 std::vector<std::string>& problems) {
  Anime a;
  a.ids.kitsu = id;
  read_mappings(title, included, problems, a);
  read_titles(attributes, a);
  a.type = attributes.name("subtype", parse_anime_type);
  a.status = read_status(attributes);
  set_start(a, attributes.date("startDate"));
  a.aired_to = attributes.date("endDate");
  a.episodes = attributes.small("episodeCount", 60'000);
  a.duration_minutes = attributes.small("episodeLength", 10'000);
  a.score = static_cast<float>(std::round(attributes.real("averageRating", 100) * 10) / 100);
  a.scored_by = read_scored_by(attributes);
  a.members = attributes.number("userCount", 4'000'000'000U);
  a.age_rating = read_age(attributes);
  a.adult_flag = attributes.flag("nsfw");
  std::vector<std::string> terms;
  for (const json::object* category : linked(title, "categories", included)) {
    const FieldReader reader(*category, fmt::format("kitsu {} category", id), problems);
    std::string term = reader.line("title");
    if (term.empty()) term = reader.line("slug");
    if (!term.empty()) terms.push_back(std::move(term));
  }
  mapping.apply(terms, a);
  std::string synopsis = attributes.text("synopsis");
  if (synopsis.empty()) synopsis = attributes.text("description");
  if (!synopsis.empty()) a.synopses.push_back({"en", std::move(synopsis), "kitsu"});
  if (const auto poster = attributes.object("posterImage")) {
    for (const std::string_view size : {"large", "original", "medium", "small"}) {
      if (a.image_url.empty()) a.image_url = poster->url(size);
    }
  }
  const std::string video = attributes.line("youtubeVideoId");
  a.trailer_url = youtube_url(video);
  if (!video.empty() && a.trailer_url.empty()) {
    attributes.problem("youtubeVideoId", "is no id of a video");
  }
  a.site_url = fmt::format("https://kitsu.app/anime/{}", id);
  return a;
}

}  // namespace

KitsuSource::KitsuSource(KitsuOptions options)
    : options_(std::move(options)), mapping_(TermMapping::builtin("kitsu")) {
  options_.base_url = trimmed_base(std::move(options_.base_url));
}

SourceTerms KitsuSource::terms() const {
  return {.limit = {.per_second = 2, .per_minute = 60},
          .page_size = kPageSize,
          .expected_titles = 22'000,
          .fields = {"ids.mal",       "ids.anilist",    "ids.kitsu",     "ids.anidb",
                     "titles.romaji", "titles.english", "titles.native", "titles.synonyms",
                     "type",          "status",         "episodes",      "duration_minutes",
                     "aired_from",    "aired_to",       "season",        "year",
                     "score",         "scored_by",      "members",       "genres",
                     "themes",        "demographics",   "tags",          "age_rating",
                     "synopses.en",   "image_url",      "site_url",      "trailer_url"}};
}

FetchRequest KitsuSource::page_request(GatherScope scope, std::string_view cursor) const {
  const std::uint32_t offset = cursor.empty() ? 0 : parse_offset(cursor);
  const std::string_view filter =
      scope == GatherScope::airing ? "&filter%5Bstatus%5D=current,upcoming,unreleased,tba" : "";
  return {.url = fmt::format("{}/api/edge/anime?page%5Blimit%5D={}&page%5Boffset%5D={}&include="
                             "mappings,categories{}",
                             options_.base_url, kPageSize, offset, filter),
          .headers = {{"Accept", "application/vnd.api+json"}}};
}

SourcePage KitsuSource::read_page(GatherScope, std::string_view cursor,
                                  std::string_view body) const {
  const std::uint32_t offset = cursor.empty() ? 0 : parse_offset(cursor);
  const json::value document = parse_document(body, name());
  const json::array& data = title_list(document.get_object(), "data", name());
  SourcePage page;
  const FieldReader root(document.get_object(), "", page.problems);
  const Included included = read_included(root);
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::string where = fmt::format("data[{}]", i);
    const json::object* item = data[i].if_object();
    if (item == nullptr) {
      add_problem(page.problems, where + ": no title");
      continue;
    }
    const std::uint32_t id = FieldReader(*item, where, page.problems).id("id");
    if (id == 0) {
      add_problem(page.problems, where + ": no id");
      continue;
    }
    const FieldReader title(*item, fmt::format("kitsu {}", id), page.problems);
    const auto attributes = title.object("attributes");
    if (!attributes) {
      title.problem("attributes", "is missing");
      continue;
    }
    Anime anime = read_title(title, *attributes, id, included, mapping_, page.problems);
    if (finish_record(anime, name())) {
      page.records.push_back(std::move(anime));
    } else {
      attributes->problem("canonicalTitle", "is missing");
    }
  }
  if (const auto meta = root.object("meta")) page.total = meta->number("count", kMostOffset);
  const auto links = root.object("links");
  // A page may hold less than was asked for: what came is what is counted, so that none is missed.
  const std::size_t after = offset + data.size();
  if (!data.empty() && links && links->has("next") && after <= kMostOffset) {
    page.next = fmt::format("{}", after);
  }
  return page;
}

std::vector<std::string> KitsuSource::check_page(std::string_view body) const {
  return check_form(body, kKitsuForm);
}

}  // namespace anireco
