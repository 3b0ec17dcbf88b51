#include "index/qdrant/filter_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>

#include "base/error.h"
#include "catalog/anime_enums.h"
#include "catalog/fold.h"
#include "catalog/level.h"

namespace anireco {
namespace {

namespace json = boost::json;

json::array folded(const std::vector<std::string>& names) {
  std::vector<std::string> forms;
  forms.reserve(names.size());
  for (const std::string& name : names) forms.push_back(fold_name(name));
  std::ranges::sort(forms);
  forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  json::array out;
  for (const std::string& form : forms) out.emplace_back(form);
  return out;
}

void put_names(json::object& payload, const char* field, const std::vector<std::string>& names) {
  if (!names.empty()) payload[field] = folded(names);
}

void put_number(json::object& payload, const char* field, double value) {
  if (value > 0) payload[field] = value;
}

json::object match(const char* field, std::string_view name) {
  return {{"key", field}, {"match", json::object{{"value", name}}}};
}

json::object match_any(const char* field, json::array names) {
  return {{"key", field}, {"match", json::object{{"any", std::move(names)}}}};
}

class Conditions {
 public:
  void add(const char* field, const TermCondition& condition) {
    for (const std::string& name : condition.all) must_.push_back(match(field, fold_name(name)));
    if (!condition.any.empty()) must_.push_back(match_any(field, folded(condition.any)));
    if (!condition.none.empty()) must_not_.push_back(match_any(field, folded(condition.none)));
  }

  template <typename T>
  void add(const char* field, const ValueCondition<T>& condition) {
    TermCondition terms;
    for (const T& value : condition.any) terms.any.emplace_back(name_of(value));
    for (const T& value : condition.none) terms.none.emplace_back(name_of(value));
    add(field, terms);
  }

  void add(const char* field, const Range& range) {
    if (range.empty()) return;
    if (range.min && range.max && !(*range.min <= *range.max)) {
      throw Error(ErrorKind::invalid_argument,
                  std::string(field) + ": the lower bound is above the upper");
    }
    // As Catalog::matching(): scores are floats, and unknown values (not sent) fail any bound.
    constexpr double kSlack = 1e-5;
    json::object bounds{{"gt", 0.0}};
    if (range.min) bounds["gte"] = *range.min - kSlack;
    if (range.max) bounds["lte"] = *range.max + kSlack;
    must_.push_back(json::object{{"key", field}, {"range", std::move(bounds)}});
  }

  void add(Level level) {
    if (level == Level::family) must_.push_back(match(kLevelField, to_string(Level::family)));
    // What is left out is far less than what passes, and so cheaper to look for.
    if (level == Level::standard) must_not_.push_back(match(kLevelField, to_string(Level::adult)));
  }

  void exclude(std::span<const DocId> docs) {
    if (docs.empty()) return;
    json::array ids;
    ids.reserve(docs.size());
    for (const DocId doc : docs) ids.emplace_back(doc);
    must_not_.push_back(json::object{{"has_id", std::move(ids)}});
  }

  json::object finish() {
    json::object out;
    if (!must_.empty()) out["must"] = std::move(must_);
    if (!must_not_.empty()) out["must_not"] = std::move(must_not_);
    return out;
  }

 private:
  static std::string name_of(const std::string& name) { return name; }
  template <typename T>
  static std::string name_of(T value) {
    return std::string(to_string(value));
  }

  json::array must_;
  json::array must_not_;
};

}  // namespace

json::object point_payload(const Catalog& catalog, DocId doc) {
  const Anime& anime = catalog[doc];
  json::object payload{{kLevelField, to_string(catalog.level(doc))}};
  put_names(payload, "genres", anime.genres);
  put_names(payload, "themes", anime.themes);
  put_names(payload, "demographics", anime.demographics);
  put_names(payload, "studios", anime.studios);
  std::vector<std::string> tags;
  for (const Tag& tag : anime.tags) tags.push_back(tag.name);
  put_names(payload, "tags", tags);
  if (anime.type != AnimeType::unknown) payload["type"] = fold_name(to_string(anime.type));
  if (anime.status != AiringStatus::unknown) payload["status"] = fold_name(to_string(anime.status));
  if (anime.season != Season::unknown) payload["season"] = fold_name(to_string(anime.season));
  if (anime.age_rating != AgeRating::unknown) {
    payload["age_rating"] = fold_name(to_string(anime.age_rating));
  }
  if (!anime.source_material.empty()) payload["source"] = fold_name(anime.source_material);
  put_number(payload, "year", anime.year);
  put_number(payload, "episodes", anime.episodes);
  put_number(payload, "duration_minutes", anime.duration_minutes);
  put_number(payload, "score", anime.score);
  put_number(payload, "members", anime.members);
  return payload;
}

std::vector<std::pair<std::string, std::string>> payload_indexes() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const char* field : {kLevelField, "genres", "themes", "demographics", "tags", "studios",
                            "type", "status", "season", "age_rating", "source"}) {
    out.emplace_back(field, "keyword");
  }
  // Whole numbers too: an index of integers would cut a bound's fraction off.
  for (const char* field : {"year", "episodes", "duration_minutes", "score", "members"}) {
    out.emplace_back(field, "float");
  }
  return out;
}

json::object filter_json(const Filter& filter, std::span<const DocId> excluded) {
  Conditions conditions;
  conditions.add(filter.level);
  conditions.add("genres", filter.genres);
  conditions.add("themes", filter.themes);
  conditions.add("demographics", filter.demographics);
  conditions.add("tags", filter.tags);
  conditions.add("studios", filter.studios);
  conditions.add("type", filter.types);
  conditions.add("status", filter.statuses);
  conditions.add("season", filter.seasons);
  conditions.add("age_rating", filter.age_ratings);
  conditions.add("source", filter.sources);
  conditions.add("year", filter.year);
  conditions.add("episodes", filter.episodes);
  conditions.add("duration_minutes", filter.duration_minutes);
  conditions.add("score", filter.score);
  conditions.add("members", filter.members);
  conditions.exclude(excluded);
  return conditions.finish();
}

}  // namespace anireco
