#include "json_output.h"

#include <boost/json.hpp>
#include <cmath>

#include "catalog/anime_enums.h"

namespace anireco::app {
namespace {

namespace json = boost::json;

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

json::object to_value(const Interval& i) {
  return {{"value", rounded(i.value)}, {"low", rounded(i.low)}, {"high", rounded(i.high)}};
}

json::object to_value(const ScoreExplanation& node) {
  json::array parts;
  for (const ScoreExplanation& part : node.parts) parts.push_back(to_value(part));
  return {{"description", node.description}, {"value", node.value}, {"parts", std::move(parts)}};
}

std::string shown_title(const Titles& t, const std::string& language) {
  if (language == "ru" && !t.russian.empty()) return t.russian;
  if (!t.english.empty()) return t.english;
  return t.romaji.empty() ? t.native : t.romaji;
}

json::object title_value(const Anime& anime, const std::string& language) {
  json::object ids;
  if (anime.ids.mal != 0) ids["mal"] = anime.ids.mal;
  if (anime.ids.anilist != 0) ids["anilist"] = anime.ids.anilist;
  if (anime.ids.kitsu != 0) ids["kitsu"] = anime.ids.kitsu;
  return {{"id", anime.id},
          {"ids", std::move(ids)},
          {"title", shown_title(anime.titles, language)},
          {"year", anime.year},
          {"type", to_string(anime.type)}};
}

json::object to_value(const Snapshot& snapshot, const SearchHit& hit, const std::string& language) {
  const Catalog& catalog = *snapshot.catalog;
  json::object value = title_value(catalog[hit.doc], language);
  const Titles& t = catalog[hit.doc].titles;
  value["titles"] = json::object{
      {"romaji", t.romaji}, {"english", t.english}, {"native", t.native}, {"russian", t.russian}};
  value["rating"] = rounded(catalog[hit.doc].score);
  value["score"] = rounded(hit.score);
  value["tier"] = to_string(hit.tier);
  json::object why;
  if (hit.why.sentence) {
    why["sentence"] = json::object{{"text", hit.why.sentence->text},
                                   {"cosine", rounded(hit.why.sentence->cosine)}};
  }
  why["matched_words"] = json::value_from(hit.why.matched_words);
  why["shared_tags"] = json::value_from(hit.why.shared_tags);
  if (hit.why.example) why["example"] = title_value(catalog[*hit.why.example], language);
  if (hit.why.matched_title) why["matched_title"] = *hit.why.matched_title;
  if (hit.why.score) why["score"] = to_value(*hit.why.score);
  value["why"] = std::move(why);
  json::array franchise;
  for (DocId sibling : hit.siblings) franchise.push_back(title_value(catalog[sibling], language));
  value["franchise"] = std::move(franchise);
  return value;
}

}  // namespace

std::string to_json(const Snapshot& snapshot, const SearchResult& result,
                    const std::string& language) {
  json::object value{{"total_filtered", result.total_filtered},
                     {"total_relevant", result.total_relevant},
                     {"generation", result.generation},
                     {"degraded", to_string(result.degraded)}};
  json::array understood;
  for (const UnderstoodItem& item : result.understood) {
    understood.push_back(json::object{{"key", item.key},
                                      {"kind", item.kind},
                                      {"value", item.value},
                                      {"label", item.label},
                                      {"span", json::array{item.begin, item.end}},
                                      {"applied", item.applied}});
  }
  value["understood"] = std::move(understood);
  json::array hits;
  for (const SearchHit& hit : result.hits) hits.push_back(to_value(snapshot, hit, language));
  value["hits"] = std::move(hits);
  json::object facets;
  for (const auto& [name, counts] : result.facets) {
    json::array list;
    for (const FacetCount& count : counts) {
      list.push_back(json::object{{"value", count.value}, {"count", count.count}});
    }
    facets[name] = std::move(list);
  }
  value["facets"] = std::move(facets);
  value["next"] = result.next;
  return json::serialize(value);
}

std::string to_json(const Evaluation& evaluation) {
  json::object value{{"missing_queries", evaluation.missing_queries}};
  for (const auto& [name, g] : evaluation.groups) {
    value[name] = json::object{{"n", g.queries},
                               {"hit1", to_value(g.hit1)},
                               {"hit10", to_value(g.hit10)},
                               {"mrr", to_value(g.mrr)},
                               {"ndcg10", to_value(g.ndcg10)},
                               {"recall50", to_value(g.recall50)}};
  }
  return json::serialize(value);
}

std::string to_json(const ListEvaluation& evaluation) {
  json::object value{{"people", evaluation.people},
                     {"others", evaluation.others},
                     {"learn_ms", rounded(evaluation.learn_ms)}};
  for (const auto& [name, f] : evaluation.methods) {
    value[name] = json::object{
        {"hit10", to_value(f.hit10)}, {"ndcg10", to_value(f.ndcg10)}, {"mrr", to_value(f.mrr)}};
  }
  return json::serialize(value);
}

std::string to_json(const std::string& set, std::span<const TripletFigure> figures) {
  json::object methods;
  for (const TripletFigure& f : figures) {
    methods[f.method] = json::object{{"triplets", f.triplets}, {"nearer", to_value(f.nearer)}};
  }
  return json::serialize(json::object{{"set", set}, {"methods", std::move(methods)}});
}

std::string to_json(const ImportReport& r) {
  return json::serialize(json::object{{"lines", r.lines},
                                      {"bad_lines", r.bad_lines},
                                      {"warnings", r.warnings},
                                      {"added", r.titles.added},
                                      {"changed", r.titles.changed},
                                      {"unchanged", r.titles.unchanged},
                                      {"relations", r.relations},
                                      {"relations_unknown", r.relations_unknown},
                                      {"texts", r.texts},
                                      {"vectors_taken", r.vectors_taken},
                                      {"texts_encoded", r.texts_encoded},
                                      {"published", r.published},
                                      {"stopped", r.stopped},
                                      {"generation", r.generation.number}});
}

std::string to_json(const Settings& settings) {
  json::array list;
  for (const SettingValue& s : settings.origins) {
    list.push_back(json::object{
        {"key", s.key}, {"value", s.value}, {"origin", to_string(s.origin)}, {"help", s.help}});
  }
  return json::serialize(list);
}

}  // namespace anireco::app
