#include "api/search_wire.h"

#include "api/understood_label.h"
#include "text/unicode.h"

namespace anireco {
namespace {

/// Values of a facet in an answer, as many as /api/v1/filters gives a page that shows their counts.
constexpr std::size_t kFacetValues = 200;

void write_score_tree(JsonWriter& json, const ScoreExplanation& node) {
  json.begin_object();
  json.field("description", node.description);
  json.field("value", node.value);
  json.key("parts");
  json.begin_array();
  for (const ScoreExplanation& part : node.parts) write_score_tree(json, part);
  json.end_array();
  json.end_object();
}

void write_why(JsonWriter& json, const Audience& audience, const Why& why) {
  json.begin_object();
  json.key("sentence");
  if (why.sentence) {
    json.begin_object();
    json.field("text", why.sentence->text);
    json.field("cosine", why.sentence->cosine);
    json.end_object();
  } else {
    json.null();
  }
  json.key("matched_words");
  json.begin_array();
  for (const std::string& word : why.matched_words) json.string(word);
  json.end_array();
  json.key("shared_tags");
  json.begin_array();
  for (const std::string& tag : why.shared_tags) {
    json.begin_object();
    json.field("value", tag);
    json.field("label", audience.labels.any_term(tag, audience.language));
    json.end_object();
  }
  json.end_array();
  json.key("example");
  if (why.example && audience.may_see(*why.example)) {
    write_title_reference(json, audience, *why.example);
  } else {
    json.null();
  }
  json.field_or_null("matched_title", why.matched_title.value_or(""));
  if (why.score) {
    json.key("score_tree");
    write_score_tree(json, *why.score);
  }
  json.end_object();
}

void write_understood(JsonWriter& json, const Audience& audience, const UnderstoodItem& item,
                      std::string_view text) {
  const auto characters_before = [&](std::size_t byte) {
    return count_code_points(text.substr(0, std::min(byte, text.size())));
  };
  json.begin_object();
  json.field("key", item.key);
  json.field("kind", item.kind);
  json.field("value", item.value);
  json.field("label", understood_label(audience, item));
  json.field("begin", characters_before(item.begin));
  json.field("end", characters_before(item.end));
  json.field("applied", item.applied);
  json.end_object();
}

void write_hit(JsonWriter& json, const Audience& audience, const SearchHit& hit) {
  json.begin_object();
  write_card_fields(json, audience, hit.doc);
  json.field("score", hit.score);
  json.field("tier", to_string(hit.tier));
  json.key("why");
  write_why(json, audience, hit.why);
  json.key("franchise");
  write_franchise(json, audience, hit.doc);
  json.end_object();
}

}  // namespace

std::string write_search_response(const Audience& audience, const SearchResult& result,
                                  std::string_view text) {
  JsonWriter json;
  json.begin_object();
  json.field("total_filtered", result.total_filtered);
  json.field("total_relevant", result.total_relevant);
  json.key("understood");
  json.begin_array();
  for (const UnderstoodItem& item : result.understood) {
    write_understood(json, audience, item, text);
  }
  json.end_array();
  json.key("degraded");
  if (result.degraded == Degraded::no) {
    json.null();
  } else {
    json.string(to_string(result.degraded));
  }
  json.key("hits");
  json.begin_array();
  for (const SearchHit& hit : result.hits) write_hit(json, audience, hit);
  json.end_array();
  json.key("facets");
  json.begin_object();
  for (const auto& [facet, counts] : result.facets) {
    json.key(facet);
    write_facet(json, audience, facet, counts, kFacetValues);
  }
  json.end_object();
  json.field_or_null("next", result.next);
  json.field("generation", result.generation);
  json.end_object();
  return json.take();
}

}  // namespace anireco
