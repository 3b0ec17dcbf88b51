#include <algorithm>

#include "api/anime_wire.h"
#include "api/handlers.h"
#include "api/json_reader.h"
#include "api/query_reader.h"
#include "api/search_call.h"
#include "catalog/anime_enums.h"
#include "catalog/anime_id.h"

namespace anireco {
namespace {

constexpr std::size_t kMaxLegacyHits = 50;
constexpr Bounds kYear{0, 9999};
constexpr Bounds kScore{0, 10};
constexpr Bounds kPopularity{-1, 1e9};

std::optional<SortBy> parse_legacy_sort(std::string_view word) {
  if (word == "relevance") return SortBy::relevance;
  if (word == "rating") return SortBy::score;
  if (word == "popularity") return SortBy::popularity;
  return std::nullopt;
}

/// The words that the original's source used.
std::string_view status_words(AiringStatus status) {
  switch (status) {
    case AiringStatus::unknown:
      return "Unknown";
    case AiringStatus::finished:
      return "Finished Airing";
    case AiringStatus::airing:
      return "Currently Airing";
    case AiringStatus::upcoming:
      return "Not yet aired";
  }
  return "Unknown";
}

void without_empty(std::vector<std::string>& names) { std::erase(names, ""); }

SearchRequest read_request(ObjectReader& reader, FieldErrors& errors, Level max_level) {
  constexpr TextRules kAnyName{.max_length = 200};
  SearchRequest request;
  request.limit = kMaxLegacyHits;
  request.facets = false;
  request.text = reader.text("text_query", kQueryRules).value_or("");
  Filter& filter = request.filter;
  filter.genres.all = reader.text_or_texts("genres", kAnyName, kMaxValues);
  filter.themes.all = reader.text_or_texts("themes", kAnyName, kMaxValues);
  without_empty(filter.genres.all);
  without_empty(filter.themes.all);
  for (const std::string& name : reader.text_or_texts("type", kAnyName, kMaxValues)) {
    if (name.empty()) continue;
    // A word that names no type matches no title, as it did in the original.
    filter.types.any.push_back(parse_anime_type(name).value_or(AnimeType::unknown));
  }
  if (const auto year = reader.integer("year_min", kYear)) {
    filter.year.min = static_cast<double>(*year);
  }
  if (const auto year = reader.integer("year_max", kYear)) {
    filter.year.max = static_cast<double>(*year);
  }
  check_range(filter.year, "year_min", errors);
  filter.score.min = reader.number("min_score", kScore);
  if (filter.score.min == 0) filter.score.min.reset();
  if (const auto popularity = reader.number("popularity", kPopularity)) {
    if (*popularity <= 1) {
      request.fusion.popularity = static_cast<float>(*popularity);
    } else {
      filter.members.min = *popularity;
    }
  }
  const bool adult = reader.boolean("include_adult").value_or(false);
  filter.level = std::min(adult ? Level::adult : Level::standard, max_level);
  if (const auto sort = reader.choice("sort_by", parse_legacy_sort)) request.sort = *sort;
  return request;
}

HttpResponse write_answer(const ApiCall& call, const SearchResult& result) {
  if (result.hits.empty()) {
    HttpResponse response{.status = 404, .content_type = "application/json"};
    response.set_body(R"({"detail":"Nothing found!"})");
    return response;
  }
  const Catalog& catalog = *call.snapshot->catalog;
  JsonWriter json;
  json.begin_object();
  json.key("model_response");
  json.begin_array();
  for (const SearchHit& hit : result.hits) {
    const Anime& anime = catalog[hit.doc];
    const SourcedText* synopsis = chosen_synopsis(anime, call.accept_language);
    json.begin_object();
    json.field_or_null("mal_id", anime.ids.mal);
    json.field("title", display_title(anime, to_string(call.accept_language)));
    json.field("description", synopsis ? synopsis->text : std::string());
    write_rating(json, "score", anime);
    json.field("image_url", anime.image_url);
    json.field("status", status_words(anime.status));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json_response(call, json.take());
}

}  // namespace

Outcome post_legacy_recommend(ApiCall& call) {
  QueryReader(call.target.query).finish();
  const JsonBody body(call.request.body);
  FieldErrors errors;
  ObjectReader reader(body.object(), errors, {.path = "", .null_is_absent = true});
  SearchRequest request = read_request(reader, errors, call.api.options().max_level);
  reader.finish();
  errors.throw_if_any();
  return start_search(call, std::move(request), write_answer);
}

Outcome get_legacy_filters(ApiCall& call) {
  QueryReader(call.target.query).finish();
  const Catalog& catalog = *call.snapshot->catalog;
  const Level level = std::min(Level::standard, call.api.options().max_level);
  const Facets facets = catalog.facets(any_of_level(level), catalog.visible(level));
  JsonWriter json;
  json.begin_object();
  for (const char* name : {"genres", "themes"}) {
    std::vector<std::string_view> values;
    if (const auto found = facets.find(name); found != facets.end()) {
      for (const FacetCount& count : found->second) values.push_back(count.value);
    }
    std::ranges::sort(values);
    json.key(name);
    json.begin_array();
    for (const std::string_view value : values) json.string(value);
    json.end_array();
  }
  json.end_object();
  return json_response(call, json.take());
}

}  // namespace anireco
