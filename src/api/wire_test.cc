#include <gtest/gtest.h>

#include "api/finish.h"
#include "api/gzip.h"
#include "api/host_policy.h"
#include "api/json_reader.h"
#include "api/json_writer.h"
#include "api/labels.h"
#include "api/language.h"
#include "api/query_reader.h"
#include "api/url.h"

namespace anireco {
namespace {

int status_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Problem& problem) {
    return problem.status();
  }
  return 200;
}

std::vector<std::string> wrong_fields(const std::function<void()>& work) {
  std::vector<std::string> fields;
  try {
    work();
  } catch (const Problem& problem) {
    for (const FieldError& error : problem.errors()) fields.push_back(error.field);
  }
  return fields;
}

TEST(Target, is_decoded_into_path_and_query) {
  const Target target = parse_target("/a%20b/c?q=x+y%2Bz&q=%D1%91&empty=&bare");
  EXPECT_EQ(target.path, "/a b/c");
  EXPECT_EQ(target.query, (NameValues{{"q", "x y+z"}, {"q", "ё"}, {"empty", ""}, {"bare", ""}}));
  EXPECT_EQ(parse_target("http://host/x?y=1").path, "/x");
}

TEST(Target, is_refused_when_malformed) {
  for (const char* bad : {"", "a", "/%", "/%2", "/%zz", "/a/../b", "/%2e%2e/b", "/.", "/a%00",
                          "/a%0ab", "/\\a", "/a#b", "/%ff", "/?q=%ff", "/?q=%", "/?=x"}) {
    EXPECT_EQ(status_of([&] { parse_target(bad); }), 400) << bad;
  }
}

TEST(Ranges, are_read_strictly) {
  EXPECT_EQ(parse_range("2000..2010", true), (Range{2000, 2010}));
  EXPECT_EQ(parse_range("2000..", true), (Range{2000, std::nullopt}));
  EXPECT_EQ(parse_range("..7.5", false), (Range{std::nullopt, 7.5}));
  EXPECT_EQ(parse_range("2005", true), (Range{2005, 2005}));
  for (const char* bad :
       {"", "..", "...", "a", "1..b", "-1..2", "1...2", "7.5", "1e3", " 1", "+1"}) {
    EXPECT_FALSE(parse_range(bad, true)) << bad;
  }
}

TEST(QueryReader, names_every_wrong_parameter) {
  const NameValues query = {{"limit", "0"}, {"limit2", "1"}, {"facets", "yes"}, {"year", "9..1"}};
  EXPECT_EQ(wrong_fields([&] {
              QueryReader reader(query);
              reader.integer("limit", {1, 100});
              reader.boolean("facets");
              reader.range("year", true);
              reader.finish();
            }),
            (std::vector<std::string>{"limit", "facets", "year", "limit2"}));
}

TEST(QueryReader, refuses_what_is_given_twice) {
  const NameValues query = {{"limit", "1"}, {"limit", "2"}};
  QueryReader reader(query);
  EXPECT_FALSE(reader.integer("limit", {1, 100}));
  EXPECT_EQ(status_of([&] { reader.finish(); }), 422);
}

TEST(JsonBody, is_strict) {
  for (const char* bad : {"", "{", "{} {}", "{\"a\":1,}", "{'a':1}", "{\"a\":1,\"a\":2}", "nul",
                          "{\"a\":\"\xff\"}", "{\"a\":01}"}) {
    EXPECT_EQ(status_of([&] { JsonBody body(bad); }), 400) << bad;
  }
  EXPECT_EQ(status_of([&] { JsonBody body("[]"); }), 422);
  EXPECT_EQ(status_of([&] { JsonBody body(std::string(100, '[')); }), 400);
  EXPECT_EQ(status_of([&] { JsonBody body(R"({"a":{"b":1},"b":{"b":2}})"); }), 200);
}

TEST(ObjectReader, names_the_path_of_every_wrong_field) {
  const JsonBody body(R"({"n":1.5,"list":["a",7],"inner":{"x":true,"y":1},"extra":0})");
  FieldErrors errors;
  ObjectReader reader(body.object(), errors);
  reader.integer("n", {0, 9});
  reader.texts("list", kNameRules, 10);
  reader.child("inner", [](ObjectReader& inner) { inner.number("x", {0, 1}); });
  reader.finish();
  EXPECT_EQ(wrong_fields([&] { errors.throw_if_any(); }),
            (std::vector<std::string>{"n", "list[1]", "inner.x", "inner.y", "extra"}));
}

TEST(JsonWriter, escapes_and_repairs_text) {
  JsonWriter json;
  json.begin_object();
  json.field("a\"b", "line\nbell\x07 \xff");
  json.field("n", 1.5);
  json.field_or_null("none", 0);
  json.end_object();
  EXPECT_EQ(json.take(),
            "{\"a\\\"b\":\"line\\nbell\\u0007 \xef\xbf\xbd\",\"n\":1.5,\"none\":null}");
}

TEST(AcceptLanguage, is_weighed) {
  EXPECT_EQ(preferred_language(""), Language::en);
  EXPECT_EQ(preferred_language("ru-RU,ru;q=0.9,en;q=0.8"), Language::ru);
  EXPECT_EQ(preferred_language("de, en;q=0.5, ru;q=0.4"), Language::en);
  EXPECT_EQ(preferred_language("ru;q=0"), Language::en);
  EXPECT_EQ(preferred_language(";;,q=,,ru;q=nonsense"), Language::en);
}

TEST(HostPolicy, knows_its_own_names_and_addresses_only) {
  const HostPolicy local("127.0.0.1", {"anime.lan"});
  for (const char* good :
       {"localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080", "anime.lan"}) {
    EXPECT_TRUE(local.allows(good)) << good;
  }
  for (const char* bad : {"", "evil.example", "192.168.0.7", "localhost.evil.example", "[::1",
                          "localhost:x", "::1:", "127.0.0.1:123456"}) {
    EXPECT_FALSE(local.allows(bad)) << bad;
  }
  const HostPolicy everywhere("0.0.0.0", {});
  EXPECT_TRUE(everywhere.allows("192.168.0.7:8080"));
  EXPECT_TRUE(everywhere.allows("[fe80::1]:80"));
  EXPECT_FALSE(everywhere.allows("evil.example"));
  EXPECT_FALSE(HostPolicy("192.168.0.7", {}).allows("localhost"));
}

TEST(Etags, are_compared_weakly) {
  EXPECT_TRUE(matches_etag("\"a\", W/\"b\"", "W/\"b\""));
  EXPECT_TRUE(matches_etag("\"b\"", "W/\"b\""));
  EXPECT_TRUE(matches_etag("*", "\"x\""));
  EXPECT_FALSE(matches_etag("\"a\"", "W/\"b\""));
  EXPECT_FALSE(matches_etag("*", ""));
}

TEST(RequestIds, are_kept_when_sane) {
  EXPECT_EQ(request_id("abc-1.2_3"), "abc-1.2_3");
  EXPECT_EQ(request_id("a\r\nb").size(), 16U);
  EXPECT_EQ(request_id(std::string(65, 'a')).size(), 16U);
  EXPECT_NE(request_id(""), request_id(""));
}

TEST(AcceptEncoding, is_read) {
  EXPECT_TRUE(accepts_gzip("gzip, deflate, br"));
  EXPECT_TRUE(accepts_gzip("*"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0, *"));
  EXPECT_FALSE(accepts_gzip("identity"));
  EXPECT_FALSE(accepts_gzip(""));
}

TEST(Labels, translate_what_they_know) {
  const Labels labels = Labels::builtin();
  EXPECT_EQ(labels.label("genre", "Drama", Language::ru), "Драма");
  EXPECT_EQ(labels.label("genre", "Drama", Language::en), "Drama");
  EXPECT_EQ(labels.label("type", "tv", Language::en), "TV series");
  EXPECT_EQ(labels.label("genre", "Unheard Of", Language::ru), "Unheard Of");
  EXPECT_EQ(labels.any_term("space", Language::ru), labels.label("theme", "Space", Language::ru));
  EXPECT_THROW(Labels::parse("kind\tenglish\trussian\nbroken"), Error);
}

}  // namespace
}  // namespace anireco
