#include <algorithm>
#include <random>

#include "api/anime_wire.h"
#include "api/handlers.h"
#include "api/json_reader.h"
#include "api/profile_call.h"
#include "api/query_reader.h"
#include "api/search_call.h"
#include "base/error.h"
#include "search/searcher.h"

namespace anireco {
namespace {

constexpr Bounds kSuggestLimit{1, 50};
constexpr std::int64_t kSuggestDefault = 10;
constexpr Bounds kFilterLimit{1, 10000};
constexpr std::int64_t kFilterDefault = 500;

/// level and lang, which every one of these operations takes.
Audience read_audience(const ApiCall& call, QueryReader& reader) {
  const Level asked = reader.choice("level", exact_level).value_or(Level::standard);
  const Language language = reader.choice("lang", parse_language).value_or(call.accept_language);
  return {*call.snapshot->catalog, call.api.services().labels, language,
          std::min(asked, call.api.options().max_level), call.posters.get()};
}

std::string_view to_string(TitleMatchKind kind) {
  switch (kind) {
    case TitleMatchKind::exact:
      return "exact";
    case TitleMatchKind::inflected:
      return "inflected";
    case TitleMatchKind::head:
      return "head";
    case TitleMatchKind::near:
      return "near";
    case TitleMatchKind::prefix:
      return "prefix";
    case TitleMatchKind::word:
      return "word";
  }
  return "near";
}

template <typename T>
void write_words(JsonWriter& json, std::string_view name, std::initializer_list<T> words) {
  json.key(name);
  json.begin_array();
  for (const T& word : words) json.string(word);
  json.end_array();
}

DocId chosen_by_chance(const DocSet& set) {
  thread_local std::mt19937_64 random(std::random_device{}());
  std::size_t left = std::uniform_int_distribution<std::size_t>(0, set.count() - 1)(random);
  DocId chosen = 0;
  set.for_each([&](DocId doc) {
    if (left-- == 0) chosen = doc;
  });
  return chosen;
}

}  // namespace

Outcome get_anime(ApiCall& call) {
  QueryReader reader(call.target.query);
  const Audience audience = read_audience(call, reader);
  reader.finish();
  const auto doc = audience.catalog.find(call.path_values.front());
  if (!doc || !audience.may_see(*doc)) throw Problem(404, "no title has this id");
  JsonWriter json;
  write_anime(json, audience, *doc, call.snapshot->generation.number);
  return json_response(call, json.take());
}

Outcome get_suggest(ApiCall& call) {
  QueryReader reader(call.target.query);
  const auto text = reader.text("q", kTitleRules);
  const auto limit = reader.integer("limit", kSuggestLimit).value_or(kSuggestDefault);
  const Audience audience = read_audience(call, reader);
  reader.finish();
  if (!text) throw invalid_field("q", "must be given");
  const std::vector<TitleMatch> matches =
      call.snapshot->titles->find({.text = *text,
                                   .limit = static_cast<std::size_t>(limit),
                                   .allowed = &audience.catalog.visible(audience.level),
                                   .prefixes = true});
  JsonWriter json;
  json.begin_object();
  json.key("suggestions");
  json.begin_array();
  for (const TitleMatch& match : matches) {
    const Anime& anime = audience.catalog[match.doc];
    json.begin_object();
    write_identity_fields(json, audience, anime);
    json.field("matched", match.title);
    json.field("kind", to_string(match.kind));
    json.field("switched_layout", match.switched_layout);
    write_type_and_year(json, audience, anime);
    write_image_url(json, audience, match.doc);
    json.end_object();
  }
  json.end_array();
  json.field("generation", call.snapshot->generation.number);
  json.end_object();
  return json_response(call, json.take());
}

Outcome get_filters(ApiCall& call) {
  QueryReader reader(call.target.query);
  const auto limit = reader.integer("limit", kFilterLimit).value_or(kFilterDefault);
  const Audience audience = read_audience(call, reader);
  reader.finish();
  const Facets facets = audience.catalog.facets(any_of_level(audience.level),
                                                audience.catalog.visible(audience.level));
  JsonWriter json;
  json.begin_object();
  for (const char* name : {"genres", "themes", "demographics", "tags", "studios", "types",
                           "statuses", "sources", "seasons", "age_ratings", "years"}) {
    const auto found = facets.find(name);
    json.key(name);
    write_facet(json, audience, name,
                found == facets.end() ? std::vector<FacetCount>() : found->second,
                static_cast<std::size_t>(limit));
  }
  json.key("levels");
  json.begin_array();
  for (const Level level : {Level::family, Level::standard, Level::adult}) {
    if (level <= call.api.options().max_level) json.string(to_string(level));
  }
  json.end_array();
  write_words(json, "sorts", {"relevance", "score", "popularity", "year"});
  write_words(json, "fusions", {"rrf", "minmax", "dbsf"});
  json.key("lists");
  json.begin_object();
  json.field("profiles", call.api.services().lists.profiles != nullptr);
  json.key("fetch");
  json.begin_array();
  if (call.api.services().lists.fetch) {
    for (const std::string& site : call.api.services().lists.sites) json.string(site);
  }
  json.end_array();
  json.end_object();
  json.field("total", audience.catalog.visible(audience.level).count());
  json.field("generation", call.snapshot->generation.number);
  json.end_object();
  return json_response(call, json.take());
}

Outcome post_ids(ApiCall& call) {
  QueryReader(call.target.query).finish();
  const JsonBody body(call.request.body);
  FieldErrors errors;
  ObjectReader reader(body.object(), errors);
  const auto ids =
      reader.texts("ids", {.max_length = kIdRules.max_length}, SearchRequest::kMaxListed);
  const Level asked = reader.choice("level", exact_level).value_or(Level::standard);
  const Language language = reader.choice("lang", parse_language).value_or(call.accept_language);
  reader.finish();
  errors.throw_if_any();
  if (ids.empty()) throw invalid_field("ids", "must name at least one id");
  const Audience audience{*call.snapshot->catalog, call.api.services().labels, language,
                          std::min(asked, call.api.options().max_level), call.posters.get()};
  JsonWriter json;
  std::vector<std::string_view> unknown;
  json.begin_object();
  json.key("resolved");
  json.begin_array();
  for (const std::string& id : ids) {
    const auto doc = audience.catalog.find(id);
    if (!doc || !audience.may_see(*doc)) {
      unknown.push_back(id);
      continue;
    }
    json.begin_object();
    json.field("query", id);
    write_identity_fields(json, audience, audience.catalog[*doc]);
    json.end_object();
  }
  json.end_array();
  json.key("unknown");
  json.begin_array();
  for (const std::string_view id : unknown) json.string(id);
  json.end_array();
  json.field("generation", call.snapshot->generation.number);
  json.end_object();
  return json_response(call, json.take());
}

Outcome get_random(ApiCall& call) {
  QueryReader reader(call.target.query);
  const Filter filter = read_filter(reader, call.api.options().max_level);
  const ProfileUse use{.name = reader.text("profile", kNameRules).value_or(""),
                       .drop_planned = reader.choice("planned", parse_planned).value_or(false)};
  const Language language = reader.choice("lang", parse_language).value_or(call.accept_language);
  reader.finish();
  const Audience audience{*call.snapshot->catalog, call.api.services().labels, language,
                          filter.level, call.posters.get()};
  DocSet matching = audience.catalog.matching(filter);
  matching &= audience.catalog.visible(filter.level);
  hide_listed(use_profile(call, use, filter.level), matching);
  const std::size_t count = matching.count();
  if (count == 0) throw Problem(404, "no title passes these filters");
  JsonWriter json;
  json.begin_object();
  json.field("total_filtered", count);
  json.key("anime");
  write_anime(json, audience, chosen_by_chance(matching), call.snapshot->generation.number);
  json.end_object();
  return json_response(call, json.take());
}

}  // namespace anireco
