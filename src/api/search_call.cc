#include "api/search_call.h"

#include <fmt/format.h>

#include "api/profile_call.h"
#include "search/searcher.h"

namespace anireco {
namespace {

constexpr Bounds kWeight{0, 100};
constexpr Bounds kRrfK{0.001, 10000};
constexpr Bounds kDial{-1, 1};
constexpr Bounds kLimit{1, static_cast<double>(kMaxHits)};
constexpr std::size_t kMaxTokenLength = 200;

/// Fields that both a query string and a body have, under the same names.
template <typename Reader>
void read_common(Reader& reader, SearchCall& call) {
  SearchRequest& request = call.request;
  if (const auto dial = reader.number("popularity", kDial)) {
    request.fusion.popularity = static_cast<float>(*dial);
  }
  if (const auto sort = reader.choice("sort", parse_sort)) request.sort = *sort;
  if (const auto limit = reader.integer("limit", kLimit)) {
    request.limit = static_cast<std::size_t>(*limit);
  }
  if (auto page = reader.text("page", {.max_length = kMaxTokenLength})) {
    request.page_token = *std::move(page);
  }
  request.group_by_franchise = reader.boolean("group").value_or(true);
  request.facets = reader.boolean("facets").value_or(true);
  request.explain = reader.boolean("explain").value_or(false);
  call.language = reader.choice("lang", parse_language);
  call.profile = reader.text("profile", kNameRules).value_or("");
  call.drop_planned = reader.choice("planned", parse_planned).value_or(false);
}

template <typename Reader>
void read_weights(Reader& reader, FusionOptions& fusion) {
  const auto weight = [&](const char* name, const Bounds& bounds, float& target) {
    if (const auto value = reader.number(name, bounds)) target = static_cast<float>(*value);
  };
  weight("dense_weight", kWeight, fusion.dense_weight);
  weight("lexical_weight", kWeight, fusion.lexical_weight);
  weight("window_weight", kWeight, fusion.window_weight);
  weight("rrf_k", kRrfK, fusion.rrf_k);
}

Level capped(std::optional<Level> asked, Level max_level) {
  return std::min(asked.value_or(Level::standard), max_level);
}

TermCondition term_condition(QueryReader& reader, const std::string& name) {
  return {.all = reader.texts(name, kNameRules),
          .any = reader.texts("any_" + name, kNameRules),
          .none = reader.texts("not_" + name, kNameRules)};
}

template <typename T, typename Parse>
ValueCondition<T> value_condition(QueryReader& reader, const std::string& name, Parse parse) {
  return {.any = reader.choices<T>(name, parse), .none = reader.choices<T>("not_" + name, parse)};
}

TermCondition term_condition(ObjectReader& reader, std::string_view name) {
  TermCondition condition;
  reader.child(name, [&](ObjectReader& child) {
    condition.all = child.texts("all", kNameRules, kMaxValues);
    condition.any = child.texts("any", kNameRules, kMaxValues);
    condition.none = child.texts("none", kNameRules, kMaxValues);
  });
  return condition;
}

template <typename T, typename Parse>
ValueCondition<T> value_condition(ObjectReader& reader, std::string_view name, Parse parse) {
  ValueCondition<T> condition;
  reader.child(name, [&](ObjectReader& child) {
    condition.any = child.choices<T>("any", parse);
    condition.none = child.choices<T>("none", parse);
  });
  return condition;
}

std::optional<std::string> any_name(std::string_view name) { return std::string(name); }

Filter read_filter(ObjectReader& reader) {
  Filter f;
  f.genres = term_condition(reader, "genres");
  f.themes = term_condition(reader, "themes");
  f.demographics = term_condition(reader, "demographics");
  f.tags = term_condition(reader, "tags");
  f.studios = term_condition(reader, "studios");
  f.types = value_condition<AnimeType>(reader, "types", exact_anime_type);
  f.statuses = value_condition<AiringStatus>(reader, "statuses", exact_airing_status);
  f.seasons = value_condition<Season>(reader, "seasons", exact_season);
  f.age_ratings = value_condition<AgeRating>(reader, "age_ratings", exact_age_rating);
  f.sources = value_condition<std::string>(reader, "sources", any_name);
  f.year = reader.range("year", {1900, 2100}, true);
  f.episodes = reader.range("episodes", {0, 100000}, true);
  f.duration_minutes = reader.range("duration_minutes", {0, 100000}, true);
  f.score = reader.range("score", {0, 10}, false);
  f.members = reader.range("members", {0, 1e9}, true);
  return f;
}

/// Ids and names to documents that the level may see.
std::vector<DocId> resolve_examples(const std::vector<std::string>& names, const char* field,
                                    const Snapshot& snapshot, Level level, FieldErrors& errors) {
  std::vector<DocId> docs;
  docs.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (const auto doc = resolve_title(snapshot, names[i], level)) {
      docs.push_back(*doc);
    } else {
      errors.add(fmt::format("{}[{}]", field, i), "no title has this id or name");
    }
  }
  return docs;
}

}  // namespace

Filter any_of_level(Level level) {
  Filter filter;
  filter.level = level;
  return filter;
}

Filter read_filter(QueryReader& reader, Level max_level) {
  Filter f;
  f.genres = term_condition(reader, "genre");
  f.themes = term_condition(reader, "theme");
  f.demographics = term_condition(reader, "demographic");
  f.tags = term_condition(reader, "tag");
  f.studios = term_condition(reader, "studio");
  f.types = value_condition<AnimeType>(reader, "type", exact_anime_type);
  f.statuses = value_condition<AiringStatus>(reader, "status", exact_airing_status);
  f.seasons = value_condition<Season>(reader, "season", exact_season);
  f.age_ratings = value_condition<AgeRating>(reader, "age_rating", exact_age_rating);
  f.sources = value_condition<std::string>(reader, "source", any_name);
  f.year = reader.range("year", true);
  f.episodes = reader.range("episodes", true);
  f.duration_minutes = reader.range("duration", true);
  f.score = reader.range("score", false);
  f.members = reader.range("members", true);
  f.level = capped(reader.choice("level", exact_level), max_level);
  return f;
}

SearchCall read_search_call(QueryReader& reader, Level max_level, const SearchCallFields& fields) {
  SearchCall call;
  call.from_query = true;
  SearchRequest& request = call.request;
  if (fields.text) {
    request.text = reader.text("q", kQueryRules).value_or("");
    request.understand = reader.boolean("understand").value_or(true);
    request.switched_off = reader.texts("off", kKeyRules, kMaxSwitchedOff);
  }
  if (fields.liked) call.liked = reader.texts("like", kTitleRules, SearchRequest::kMaxExamples);
  call.disliked = reader.texts("dislike", kTitleRules, SearchRequest::kMaxExamples);
  request.filter = read_filter(reader, max_level);
  if (const auto method = reader.choice("fusion", parse_fusion)) request.fusion.method = *method;
  read_weights(reader, request.fusion);
  read_common(reader, call);
  return call;
}

SearchCall read_search_call(ObjectReader& reader, Level max_level, std::string_view text_field) {
  SearchCall call;
  SearchRequest& request = call.request;
  request.text = reader.text(text_field, kQueryRules).value_or("");
  request.understand = reader.boolean("understand").value_or(true);
  request.switched_off = reader.texts("off", kKeyRules, kMaxSwitchedOff);
  call.liked = reader.texts("liked", kTitleRules, SearchRequest::kMaxExamples);
  call.disliked = reader.texts("disliked", kTitleRules, SearchRequest::kMaxExamples);
  reader.children("rated", SearchRequest::kMaxListed, [&](ObjectReader& item) {
    auto id = item.text("id", kIdRules);
    if (!id && !item.has("id")) item.errors().add(item.field("id"), "must be given");
    const auto rating = item.number("rating", {0, 10});
    if (id) call.rated.emplace_back(*std::move(id), static_cast<float>(rating.value_or(0)));
  });
  call.seen = reader.texts("seen", kIdRules, SearchRequest::kMaxListed);
  reader.child("filters", [&](ObjectReader& filters) { request.filter = read_filter(filters); });
  request.filter.level = capped(reader.choice("level", exact_level), max_level);
  reader.child("fusion", [&](ObjectReader& fusion) {
    if (const auto method = fusion.choice("method", parse_fusion)) request.fusion.method = *method;
    read_weights(fusion, request.fusion);
  });
  read_common(reader, call);
  return call;
}

SearchRequest resolve(SearchCall call, const Snapshot& snapshot) {
  SearchRequest request = std::move(call.request);
  const Catalog& catalog = *snapshot.catalog;
  const Level level = request.filter.level;
  FieldErrors errors;
  request.liked =
      resolve_examples(call.liked, call.from_query ? "like" : "liked", snapshot, level, errors);
  request.disliked = resolve_examples(call.disliked, call.from_query ? "dislike" : "disliked",
                                      snapshot, level, errors);
  errors.throw_if_any();
  const auto visible = [&](const std::string& id) -> std::optional<DocId> {
    const auto doc = catalog.find(id);
    return doc && catalog.level(*doc) <= level ? doc : std::nullopt;
  };
  for (const auto& [id, rating] : call.rated) {
    if (const auto doc = visible(id)) request.rated.push_back({*doc, rating});
  }
  for (const std::string& id : call.seen) {
    if (const auto doc = visible(id)) request.seen.push_back(*doc);
  }
  return request;
}

}  // namespace anireco
