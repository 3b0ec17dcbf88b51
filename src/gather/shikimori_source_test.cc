#include "gather/shikimori_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "catalog/anime_json.h"
#include "catalog/level.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kPage = R"({"data":{"animes":[{"id":"457","malId":"457",
"name":"Mushishi","russian":"Мастер муси","licenseNameRu":"Мушиши","english":"Mushi-Shi",
"japanese":"蟲師","synonyms":["Bugmaster"],"kind":"tv","rating":"pg_13","score":8.65,
"status":"released","episodes":26,"duration":25,"airedOn":{"year":2005,"month":10,"day":23},
"releasedOn":{"year":2006,"month":6,"day":null},"season":"fall_2005","origin":"manga",
"url":"https://shikimori.one/animes/457-mushishi","isCensored":false,
"poster":{"originalUrl":"https://shikimori.one/1.jpg"},
"genres":[{"name":"Mystery","russian":"Тайна","kind":"genre"},
{"name":"Historical","russian":"Исторический","kind":"theme"},
{"name":"Seinen","russian":"Сэйнэн","kind":"demographic"}],"studios":[{"name":"Artland"}],
"description":"[character=123]Гинко[/character] идёт. [i]Тихо[/i].[spoiler=конец]Он уходит.[/spoiler] ||Тайно.||",
"descriptionSource":null,"related":[
{"relationKind":"sequel","anime":{"id":"21939","malId":"21939"}},
{"relationKind":"adaptation","anime":null},
{"relationKind":"parent_story","anime":{"id":"9","malId":null}}]}]}})";

std::string with(std::string_view from, std::string_view to) {
  std::string page(kPage);
  const std::size_t at = page.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return page.replace(at, from.size(), to);
}

SourcePage read(std::string_view body) {
  return ShikimoriSource().read_page(GatherScope::all, "", body);
}

TEST(ShikimoriSource, PostsAQueryOfFiftyTitlesById) {
  const ShikimoriSource source({.base_url = "https://shiki.example"});
  const FetchRequest request = source.page_request(GatherScope::all, "3");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://shiki.example/api/graphql");
  EXPECT_EQ(request.headers.at("Content-Type"), "application/json");
  EXPECT_THAT(request.body, HasSubstr("animes(page: 3, limit: 50, order: id, censored: false)"));
  EXPECT_THAT(source.page_request(GatherScope::airing, "").body,
              HasSubstr("page: 1, limit: 50, order: id, censored: false, status: "
                        "\\\"ongoing,anons\\\")"));
}

TEST(ShikimoriSource, ReadsEveryFieldAndCleansTheDescription) {
  const SourcePage page = read(kPage);
  EXPECT_THAT(page.problems, IsEmpty());
  EXPECT_EQ(page.next, "2");
  ASSERT_EQ(page.records.size(), 1U);
  const Anime& a = page.records[0];
  EXPECT_EQ(a.ids, (ExternalIds{.mal = 457, .shikimori = 457}));
  EXPECT_EQ(a.titles,
            (Titles{"Mushishi", "Mushi-Shi", "蟲師", "Мастер муси", {"Мушиши", "Bugmaster"}}));
  EXPECT_EQ(a.type, AnimeType::tv);
  EXPECT_EQ(a.status, AiringStatus::finished);
  EXPECT_EQ(a.age_rating, AgeRating::pg13);
  EXPECT_EQ(a.aired_from, "2005-10-23");
  EXPECT_EQ(a.aired_to, "2006-06");
  EXPECT_EQ(a.season, Season::fall);
  EXPECT_EQ(a.year, 2005);
  EXPECT_EQ(a.source_material, "Manga");
  EXPECT_THAT(a.genres, ElementsAre("Mystery"));
  EXPECT_THAT(a.themes, ElementsAre("Historical"));
  EXPECT_THAT(a.demographics, ElementsAre("Seinen"));
  EXPECT_THAT(a.studios, ElementsAre("Artland"));
  EXPECT_THAT(a.synopses, ElementsAre(SourcedText{"ru", "Гинко идёт. Тихо.", "shikimori"}));
  EXPECT_EQ(a.members, 0U);
  ASSERT_EQ(a.relations.size(), 2U);
  EXPECT_EQ(a.relations[0].kind, RelationKind::sequel);
  EXPECT_EQ(a.relations[0].target, (ExternalIds{.mal = 21939, .shikimori = 21939}));
  EXPECT_EQ(a.relations[1].kind, RelationKind::parent);
  EXPECT_EQ(parse_anime_json(to_json(a), {.source = "shikimori"}).anime, a);
}

TEST(ShikimoriSource, WhatShikimoriCensorsIsForAdults) {
  EXPECT_EQ(level_of(read(with("\"isCensored\":false", "\"isCensored\":true")).records.at(0)),
            Level::adult);
}

TEST(ShikimoriSource, ADescriptionWithoutRussianLettersIsEnglish) {
  std::string page(kPage);
  const std::size_t at = page.find("[character");
  page.replace(at, page.find("\",\n\"descriptionSource") - at, "He walks.");
  EXPECT_THAT(read(page).records.at(0).synopses,
              ElementsAre(SourcedText{"en", "He walks.", "shikimori"}));
}

TEST(ShikimoriSource, GraphqlErrorsAndWrongDocumentsAreCorruptAndAnEmptyPageIsTheEnd) {
  for (const std::string_view body :
       {R"({"errors":[{"message":"Field 'x' doesn't exist"}]})", R"({"data":null})", "{}", "",
        R"({"data":{"animes":null}})"}) {
    EXPECT_THROW(read(body), Error) << body;
  }
  EXPECT_EQ(read(R"({"data":{"animes":[]}})").next, std::nullopt);
  EXPECT_EQ(ShikimoriSource().read_page(GatherScope::all, "6000", kPage).next, std::nullopt);
}

TEST(ShikimoriSource, ABadFieldIsAProblemAndTheTitleStays) {
  const SourcePage page = read(with("\"year\":2005,\"month\":10", "\"year\":20055,\"month\":10"));
  ASSERT_EQ(page.records.size(), 1U);
  EXPECT_EQ(page.records[0].aired_from, "");
  EXPECT_THAT(page.problems, ElementsAre(HasSubstr("shikimori 457.airedOn.year: must be")));
  EXPECT_THAT(read(R"({"data":{"animes":[5,{"name":"x"}]}})").problems,
              ElementsAre("animes[0]: no id", "animes[1]: no id"));
}

TEST(ShikimoriSource, TellsWhatDiffersFromTheDocumentedForm) {
  EXPECT_THAT(ShikimoriSource().check_page(kPage), IsEmpty());
  EXPECT_THAT(ShikimoriSource().check_page(with("\"russian\":\"Мастер муси\",", "")),
              ElementsAre("data.animes[].russian: missing"));
}

}  // namespace
}  // namespace anireco
