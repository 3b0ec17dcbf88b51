#include "index/qdrant/filter_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/error.h"
#include "catalog/random_filters.h"

namespace anireco {
namespace {

namespace json = boost::json;

/// Whether a point's value, or one of its values, is the wanted one.
bool has_value(const json::object& payload, const json::value& key, const json::value& wanted) {
  const json::value* value = payload.if_contains(key.get_string());
  if (value == nullptr) return false;
  if (!value->is_array()) return *value == wanted;
  return std::ranges::find(value->get_array(), wanted) != value->get_array().end();
}

/// One condition as Qdrant's reference describes it.
bool passes(const json::object& condition, DocId doc, const json::object& payload) {
  if (const json::value* ids = condition.if_contains("has_id")) {
    return std::ranges::find(ids->get_array(), json::value(doc)) != ids->get_array().end();
  }
  const json::value& key = condition.at("key");
  if (const json::value* match = condition.if_contains("match")) {
    if (const json::value* value = match->get_object().if_contains("value")) {
      return has_value(payload, key, *value);
    }
    return std::ranges::any_of(match->at("any").get_array(), [&](const json::value& value) {
      return has_value(payload, key, value);
    });
  }
  const json::value* value = payload.if_contains(key.get_string());
  if (value == nullptr) return false;
  const double number = value->get_double();
  return std::ranges::all_of(condition.at("range").get_object(), [&](const auto& bound) {
    const double limit = bound.value().get_double();
    if (bound.key() == "gt") return number > limit;
    if (bound.key() == "gte") return number >= limit;
    EXPECT_EQ(bound.key(), "lte");
    return number <= limit;
  });
}

bool all_pass(const json::object& filter, DocId doc, const json::object& payload) {
  const auto any_of = [&](const char* part, bool wanted) {
    const json::value* conditions = filter.if_contains(part);
    if (conditions == nullptr) return false;
    return std::ranges::any_of(conditions->get_array(), [&](const json::value& condition) {
      return passes(condition.get_object(), doc, payload) == wanted;
    });
  };
  return !any_of("must", false) && !any_of("must_not", true);
}

TEST(FilterJsonTest, many_random_filters_let_the_same_titles_through_as_the_catalogue) {
  RandomFilters random(7);
  const Catalog catalog(random.titles(300));
  std::vector<json::object> payloads;
  for (DocId doc = 0; doc < catalog.size(); ++doc) payloads.push_back(point_payload(catalog, doc));
  std::size_t some = 0;
  for (int n = 0; n < 2000; ++n) {
    const Filter filter = random.filter();
    const std::vector<DocId> excluded = n % 3 == 0 ? random.docs(300) : std::vector<DocId>();
    DocSet expected = catalog.matching(filter);
    for (const DocId doc : excluded) expected.erase(doc);
    const json::object translated = filter_json(filter, excluded);
    DocSet found(catalog.size());
    for (DocId doc = 0; doc < catalog.size(); ++doc) {
      if (all_pass(translated, doc, payloads[doc])) found.insert(doc);
    }
    ASSERT_EQ(found, expected) << json::serialize(translated);
    some += expected.count() > 0 && expected.count() < catalog.size() ? 1 : 0;
  }
  EXPECT_GT(some, 500U) << "the filters must tell something apart";
}

TEST(FilterJsonTest, every_field_that_a_filter_names_is_indexed) {
  std::vector<std::string> indexed;
  for (const auto& [field, type] : payload_indexes()) indexed.push_back(field);
  RandomFilters random(8);
  for (int n = 0; n < 500; ++n) {
    const json::object filter = filter_json(random.filter(), {});
    for (const auto& part : filter) {
      for (const json::value& condition : part.value().get_array()) {
        EXPECT_NE(std::ranges::find(indexed, condition.at("key").get_string().c_str()),
                  indexed.end());
      }
    }
  }
}

TEST(FilterJsonTest, bounds_that_cross_are_refused) {
  Filter filter;
  filter.year = {.min = 2000, .max = 1999};
  EXPECT_THROW(filter_json(filter, {}), Error);
}

TEST(FilterJsonTest, an_empty_filter_of_the_adult_level_lets_all_through) {
  Filter filter;
  filter.level = Level::adult;
  EXPECT_TRUE(filter_json(filter, {}).empty());
}

}  // namespace
}  // namespace anireco
