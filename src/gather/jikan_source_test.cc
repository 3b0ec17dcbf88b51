#include "gather/jikan_source.h"

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

constexpr std::string_view kPage = R"json({"pagination":{"last_visible_page":2,
"has_next_page":true,"current_page":1,
"items":{"count":25,"total":27000,"per_page":25}},"data":[{"mal_id":457,
"url":"https://myanimelist.net/anime/457","images":{"jpg":{"image_url":"https://cdn.example/1.jpg",
"small_image_url":"https://cdn.example/1t.jpg","large_image_url":"https://cdn.example/1l.jpg"}},
"trailer":{"youtube_id":"abcdefghi-_","url":null},"approved":true,
"titles":[{"type":"Default","title":"Mushishi"}],"title":"Mushishi","title_english":"Mushi-Shi",
"title_japanese":"蟲師","title_synonyms":["Bugmaster"],"type":"TV Special","source":"Light novel",
"episodes":26,"status":"Finished Airing","airing":false,
"aired":{"from":"2005-10-23T00:00:00+00:00","to":null},"duration":"1 hr 25 min",
"rating":"R - 17+ (violence & profanity)","score":8.65,"scored_by":300000,"rank":1,"popularity":2,
"members":900000,"favorites":3,"synopsis":"Ginko walks.","background":null,"season":"fall",
"year":2005,"producers":[],"licensors":[],
"studios":[{"mal_id":8,"type":"anime","name":"Artland","url":"u"}],
"genres":[{"mal_id":7,"type":"anime","name":"Mystery","url":"u"}],"explicit_genres":[],
"themes":[{"mal_id":13,"type":"anime","name":"Historical","url":"u"}],
"demographics":[{"mal_id":42,"type":"anime","name":"Seinen","url":"u"}]}]})json";

std::string with(std::string_view from, std::string_view to) {
  std::string page(kPage);
  const std::size_t at = page.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return page.replace(at, from.size(), to);
}

JikanSource source() { return JikanSource({.base_url = "http://127.0.0.1:8080/"}); }

SourcePage read(std::string_view body, GatherScope scope = GatherScope::all) {
  return source().read_page(scope, "", body);
}

TEST(JikanSource, WantsTheAddressOfAServerAndAsksItPageByPage) {
  EXPECT_THROW(JikanSource({}), Error);
  EXPECT_EQ(source().page_request(GatherScope::all, "").url,
            "http://127.0.0.1:8080/v4/anime?page=1&limit=25&order_by=mal_id&sort=asc");
  EXPECT_THAT(source().page_request(GatherScope::airing, "upcoming:2").url,
              HasSubstr("page=2&limit=25&order_by=mal_id&sort=asc&status=upcoming"));
}

TEST(JikanSource, ReadsEveryField) {
  const SourcePage page = read(kPage);
  EXPECT_THAT(page.problems, IsEmpty());
  EXPECT_EQ(page.total, 27000U);
  EXPECT_EQ(page.next, ":2");
  EXPECT_EQ(source().read_page(GatherScope::all, ":2", kPage).next, ":3");
  ASSERT_EQ(page.records.size(), 1U);
  const Anime& a = page.records[0];
  EXPECT_EQ(a.ids, ExternalIds{.mal = 457});
  EXPECT_EQ(a.titles, (Titles{"Mushishi", "Mushi-Shi", "蟲師", "", {"Bugmaster"}}));
  EXPECT_EQ(a.type, AnimeType::tv_special);
  EXPECT_EQ(a.aired_from, "2005-10-23");
  EXPECT_EQ(a.duration_minutes, 85);
  EXPECT_EQ(a.age_rating, AgeRating::r17);
  EXPECT_EQ(a.members, 900000U);
  EXPECT_EQ(a.source_material, "Light novel");
  EXPECT_THAT(a.genres, ElementsAre("Mystery"));
  EXPECT_THAT(a.themes, ElementsAre("Historical"));
  EXPECT_THAT(a.demographics, ElementsAre("Seinen"));
  EXPECT_EQ(a.image_url, "https://cdn.example/1l.jpg");
  EXPECT_EQ(a.trailer_url, "https://www.youtube.com/watch?v=abcdefghi-_");
  EXPECT_EQ(parse_anime_json(to_json(a), {.source = "jikan"}).anime, a);
}

TEST(JikanSource, ReadsLengthsAsTheyAreWritten) {
  const auto minutes = [](std::string_view text) {
    return read(with("1 hr 25 min", text)).records.at(0).duration_minutes;
  };
  EXPECT_EQ(minutes("24 min per ep"), 24);
  EXPECT_EQ(minutes("15 sec per ep"), 1);
  EXPECT_EQ(minutes("2 hr"), 120);
  EXPECT_EQ(minutes("Unknown"), 0);
  EXPECT_EQ(minutes("99999 min"), 0);
}

TEST(JikanSource, AnExplicitGenreMakesATitleAdult) {
  EXPECT_EQ(level_of(read(with("\"explicit_genres\":[]",
                               "\"explicit_genres\":[{\"mal_id\":12,\"type\":\"anime\",\"name\":"
                               "\"Hentai\",\"url\":\"u\"}]"))
                         .records.at(0)),
            Level::adult);
}

TEST(JikanSource, GoesFromAiringToUpcomingAndEnds) {
  const std::string last = with("\"has_next_page\":true", "\"has_next_page\":false");
  EXPECT_EQ(read(last).next, std::nullopt);
  EXPECT_EQ(read(last, GatherScope::airing).next, "upcoming:1");
  EXPECT_EQ(source().read_page(GatherScope::airing, "upcoming:1", last).next, std::nullopt);
}

TEST(JikanSource, ABadFieldIsAProblemAndAWrongDocumentCorrupt) {
  EXPECT_THAT(read(with("\"score\":8.65", "\"score\":\"great\"")).problems,
              ElementsAre(HasSubstr("jikan 457.score: must be a number")));
  for (const std::string_view body : {"", R"({"status":"429","type":"RateLimit"})"}) {
    EXPECT_THROW(read(body), Error) << body;
  }
}

TEST(JikanSource, TellsWhatDiffersFromTheDocumentedForm) {
  EXPECT_THAT(source().check_page(kPage), IsEmpty());
  EXPECT_THAT(source().check_page(with("\"has_next_page\":true", "\"has_next_page\":\"yes\"")),
              ElementsAre("pagination.has_next_page: string where boolean is expected"));
  EXPECT_THAT(source().check_page("{"), ElementsAre("the answer is not JSON"));
}

}  // namespace
}  // namespace anireco
