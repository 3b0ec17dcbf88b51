#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "base/error.h"
#include "catalog/anime_enums.h"
#include "catalog/anime_id.h"
#include "catalog/json_fields.h"

namespace anireco::json_detail {
namespace {

bool is_language(std::string_view text) {
  return text.size() >= 2 && text.size() <= 8 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

ExternalIds read_ids(const Fields& fields, std::vector<std::string>& warnings) {
  constexpr std::uint32_t kMax = 4'000'000'000U;
  fields.warn_unknown({"mal", "anilist", "kitsu", "anidb", "shikimori", "imdb"}, warnings);
  ExternalIds ids;
  ids.mal = fields.number("mal", kMax);
  ids.anilist = fields.number("anilist", kMax);
  ids.kitsu = fields.number("kitsu", kMax);
  ids.anidb = fields.number("anidb", kMax);
  ids.shikimori = fields.number("shikimori", kMax);
  ids.imdb = fields.text("imdb", 64);
  if (!ids.imdb.empty() && !parse_site_id("imdb:" + ids.imdb)) {
    fields.fail("imdb", "must be \"tt\" and digits");
  }
  return ids;
}

Titles read_titles(const Fields& fields, std::vector<std::string>& warnings) {
  fields.warn_unknown({"romaji", "english", "native", "russian", "synonyms"}, warnings);
  Titles titles;
  titles.romaji = fields.text("romaji");
  titles.english = fields.text("english");
  titles.native = fields.text("native");
  titles.russian = fields.text("russian");
  titles.synonyms = fields.list("synonyms");
  return titles;
}

template <typename Parse>
auto read_name(const Fields& fields, std::string_view key, Parse parse) {
  using T = typename decltype(parse(std::string_view()))::value_type;
  const std::string name = fields.text(key, 64);
  if (name.empty()) return T::unknown;
  const auto value = parse(name);
  if (!value) fields.fail(key, "is none of the known values");
  return *value;
}

void read_synopses(const Fields& fields, ParsedAnime& out) {
  std::vector<SourcedText>& synopses = out.anime.synopses;
  if (const auto by_language = fields.object("synopsis")) {
    for (const auto& member : by_language->raw()) {
      const std::string language(member.key());
      if (!is_language(language)) by_language->fail(language, "is no language code");
      std::string text = by_language->text(language, kMaxText);
      if (!text.empty()) synopses.push_back({language, std::move(text), out.source});
    }
  }
  const json::array* items = fields.array("synopses");
  if (items == nullptr) return;
  for (const json::value& item : *items) {
    if (!item.is_object()) fields.fail("synopses", "must be a list of objects");
    const Fields inner(item.get_object(), fields.path_of("synopses"));
    inner.warn_unknown({"language", "text", "source"}, out.warnings);
    SourcedText text;
    text.language = inner.text("language", 16);
    if (!is_language(text.language)) inner.fail("language", "is no language code");
    text.text = inner.text("text", kMaxText);
    text.source = inner.text("source", 64);
    if (text.source.empty()) text.source = out.source;
    if (!text.text.empty()) synopses.push_back(std::move(text));
  }
}

void read_remembered(const Fields& fields, ParsedAnime& out) {
  const auto by_language = fields.object("remembered");
  if (!by_language) return;
  for (const auto& member : by_language->raw()) {
    const std::string language(member.key());
    if (!is_language(language)) by_language->fail(language, "is no language code");
    const json::array* items = by_language->array(language);
    if (items == nullptr) continue;
    const std::string path = by_language->path_of(language);
    for (const json::value& item : *items) {
      RememberedPhrase phrase;
      phrase.language = language;
      if (const json::object* object = item.if_object()) {
        const Fields inner(*object, path);
        inner.warn_unknown({"text", "spoiler"}, out.warnings);
        phrase.text = inner.text("text");
        phrase.spoiler = inner.flag("spoiler");
      } else {
        phrase.text = checked_string(item, path, kMaxString);
      }
      if (!phrase.text.empty()) out.anime.remembered.push_back(std::move(phrase));
    }
  }
}

void read_links(const Fields& fields, ParsedAnime& out) {
  if (const json::array* items = fields.array("streaming")) {
    for (const json::value& item : *items) {
      if (!item.is_object()) fields.fail("streaming", "must be a list of objects");
      const Fields inner(item.get_object(), fields.path_of("streaming"));
      inner.warn_unknown({"name", "url"}, out.warnings);
      StreamingLink link{inner.text("name"), inner.url("url")};
      if (link.url.empty()) inner.fail("url", "is missing");
      out.anime.streaming.push_back(std::move(link));
    }
  }
  if (const json::array* items = fields.array("relations")) {
    for (const json::value& item : *items) {
      if (!item.is_object()) fields.fail("relations", "must be a list of objects");
      const Fields inner(item.get_object(), fields.path_of("relations"));
      inner.warn_unknown({"kind", "ids"}, out.warnings);
      Relation relation;
      const auto kind = parse_relation_kind(inner.text("kind", 64));
      if (!kind) inner.fail("kind", "is none of the known values");
      relation.kind = *kind;
      if (const auto ids = inner.object("ids")) relation.target = read_ids(*ids, out.warnings);
      if (relation.target == ExternalIds{}) inner.fail("ids", "names no title");
      out.anime.relations.push_back(relation);
    }
  }
}

void read_provenance(const Fields& fields, ParsedAnime& out) {
  bool has_default = false;
  if (const auto provenance = fields.object("provenance")) {
    for (const auto& member : provenance->raw()) {
      const std::string_view key(member.key().data(), member.key().size());
      if (key.size() > 64) provenance->fail(key, "is too long");
      std::string source = provenance->text(key, 64);
      if (source.empty()) continue;
      has_default = has_default || key == "*";
      out.anime.provenance.push_back({std::string(key), std::move(source)});
    }
  }
  if (!has_default) out.anime.provenance.push_back({"*", out.source});
}

}  // namespace

void read_record_form(const Fields& fields, ParsedAnime& out) {
  fields.warn_unknown({"schema_version",
                       "id",
                       "former_ids",
                       "ids",
                       "titles",
                       "type",
                       "status",
                       "episodes",
                       "duration_minutes",
                       "aired_from",
                       "aired_to",
                       "season",
                       "year",
                       "score",
                       "scored_by",
                       "members",
                       "figures_date",
                       "genres",
                       "themes",
                       "demographics",
                       "tags",
                       "studios",
                       "source_material",
                       "age_rating",
                       "adult",
                       "synopsis",
                       "synopses",
                       "remembered",
                       "image_url",
                       "site_url",
                       "trailer_url",
                       "streaming",
                       "relations",
                       "provenance",
                       "contributions"},
                      out.warnings);
  if (fields.number("schema_version", 1'000'000) > kRecordSchemaVersion) {
    fields.fail("schema_version", "is newer than this program; update it");
  }
  Anime& a = out.anime;
  a.id = fields.text("id", 64);
  if (!a.id.empty() && !is_anime_id(a.id)) fields.fail("id", "is no id of this product");
  a.former_ids = fields.list("former_ids");
  if (!std::ranges::all_of(a.former_ids, is_anime_id)) {
    fields.fail("former_ids", "holds what is no id of this product");
  }
  if (const auto ids = fields.object("ids")) a.ids = read_ids(*ids, out.warnings);
  if (const auto titles = fields.object("titles")) a.titles = read_titles(*titles, out.warnings);
  a.type = read_name(fields, "type", parse_anime_type);
  a.status = read_name(fields, "status", parse_airing_status);
  a.season = read_name(fields, "season", parse_season);
  a.age_rating = read_name(fields, "age_rating", parse_age_rating);
  a.adult_flag = fields.flag("adult");
  a.year = fields.small("year", 2200);
  if (a.year != 0 && a.year < 1850) fields.fail("year", "must lie between 1850 and 2200");
  a.episodes = fields.small("episodes", 60'000);
  a.duration_minutes = fields.small("duration_minutes", 10'000);
  a.aired_from = fields.date("aired_from");
  a.aired_to = fields.date("aired_to");
  a.score = fields.score("score");
  a.scored_by = fields.number("scored_by", 4'000'000'000U);
  a.members = fields.number("members", 4'000'000'000U);
  a.figures_date = fields.date("figures_date");
  a.genres = fields.list("genres");
  a.themes = fields.list("themes");
  a.demographics = fields.list("demographics");
  a.tags = read_tags(fields, "tags", out.warnings);
  a.studios = fields.list("studios");
  a.source_material = fields.text("source_material");
  read_synopses(fields, out);
  read_remembered(fields, out);
  a.image_url = fields.url("image_url");
  a.site_url = fields.url("site_url");
  a.trailer_url = fields.url("trailer_url");
  read_links(fields, out);
  read_provenance(fields, out);
}

}  // namespace anireco::json_detail
