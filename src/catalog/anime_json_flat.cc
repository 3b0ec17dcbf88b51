#include "base/error.h"
#include "catalog/anime_enums.h"
#include "catalog/fold.h"
#include "catalog/json_fields.h"

namespace anireco::json_detail {
namespace {

/// Bulk catalogues mix vocabularies: a word that is not known costs the field, not the line.
template <typename Parse>
auto read_loose_name(const Fields& fields, std::string_view key, Parse parse,
                     std::vector<std::string>& warnings) {
  using T = typename decltype(parse(std::string_view()))::value_type;
  const std::string name = fields.text(key, 64);
  if (name.empty()) return T::unknown;
  const auto value = parse(name);
  if (!value) warnings.push_back(fields.path_of(key) + " ignored: none of the known values");
  return value.value_or(T::unknown);
}

void take_russian_title(Titles& titles) {
  const std::string* found = nullptr;
  for (const std::string& name : titles.synonyms) {
    if (!is_cyrillic_name(name)) continue;
    if (found != nullptr) return;
    found = &name;
  }
  if (found == nullptr) return;
  titles.russian = *found;
  std::erase(titles.synonyms, titles.russian);
}

}  // namespace

void read_flat_form(const Fields& fields, ParsedAnime& out) {
  fields.warn_unknown(
      {"mal_id",     "title",        "title_english",   "title_japanese", "title_russian",
       "synonyms",   "type",         "episodes",        "status",         "aired_from",
       "aired_to",   "year",         "season",          "score",          "scored_by",
       "popularity", "members",      "genres",          "themes",         "demographics",
       "tags",       "studios",      "source",          "rating",         "nsfw",
       "image_url",  "synopsis",     "duration_min",    "anilist_id",     "kitsu_id",
       "anidb_id",   "genre_source", "synopsis_source", "sources",        "trailer_url",
       "rank",       "figures_date"},
      out.warnings);
  constexpr std::uint32_t kMaxId = 4'000'000'000U;
  Anime& a = out.anime;
  a.ids.mal = fields.number("mal_id", kMaxId);
  if (a.ids.mal == 0) fields.fail("mal_id", "must be 1 or more");
  a.ids.anilist = fields.number("anilist_id", kMaxId);
  a.ids.kitsu = fields.number("kitsu_id", kMaxId);
  a.ids.anidb = fields.number("anidb_id", kMaxId);
  a.titles.romaji = fields.text("title");
  a.titles.english = fields.text("title_english");
  a.titles.native = fields.text("title_japanese");
  a.titles.russian = fields.text("title_russian");
  a.titles.synonyms = fields.list("synonyms");
  if (a.titles.russian.empty()) take_russian_title(a.titles);
  a.type = read_loose_name(fields, "type", parse_anime_type, out.warnings);
  a.status = read_loose_name(fields, "status", parse_airing_status, out.warnings);
  a.season = read_loose_name(fields, "season", parse_season, out.warnings);
  a.age_rating = read_loose_name(fields, "rating", parse_age_rating, out.warnings);
  a.adult_flag = fields.flag("nsfw");
  a.year = fields.small("year", 2200);
  if (a.year != 0 && a.year < 1850) fields.fail("year", "must lie between 1850 and 2200");
  a.episodes = fields.small("episodes", 60'000);
  a.duration_minutes = fields.small("duration_min", 10'000);
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
  a.source_material = fields.text("source");
  a.image_url = fields.url("image_url");
  a.trailer_url = fields.url("trailer_url");

  a.provenance.push_back({"*", out.source});
  const std::string genre_source = fields.text("genre_source", 64);
  if (!genre_source.empty()) {
    for (const char* field : {"genres", "themes", "demographics"}) {
      a.provenance.push_back({field, genre_source});
    }
  }
  std::string synopsis = fields.text("synopsis", kMaxText);
  if (!synopsis.empty()) {
    std::string source = fields.text("synopsis_source", 64);
    if (source.empty()) source = out.source;
    a.synopses.push_back({"en", std::move(synopsis), std::move(source)});
  }
}

}  // namespace anireco::json_detail
