#include "gather/mal_source.h"

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
using ::testing::Not;

constexpr std::string_view kPage = R"({"data":[
{"node":{"id":457,"title":"Mushishi","main_picture":{"medium":"https://cdn.example/1.jpg",
 "large":"https://cdn.example/1l.jpg"},"alternative_titles":{"synonyms":["Mushi-shi",""],
 "en":"Mushi-Shi","ja":"蟲師"},"start_date":"2005-10-23","end_date":"2006-06-19",
 "synopsis":"Ginko walks.","mean":8.65,"num_list_users":900000,"num_scoring_users":300000,
 "nsfw":"white","genres":[{"id":2,"name":"Adventure"},{"id":7,"name":"Mystery"},
 {"id":13,"name":"Historical"},{"id":42,"name":"Seinen"},{"id":999,"name":"Newly Made"}],
 "media_type":"tv","status":"finished_airing","num_episodes":26,
 "start_season":{"year":2005,"season":"fall"},"source":"4_koma_manga",
 "average_episode_duration":1500,"rating":"pg_13","studios":[{"id":8,"name":"Artland"}]},
 "ranking":{"rank":1}},
{"node":{"id":2,"title":"Black","nsfw":"black","num_list_users":1,"num_scoring_users":1,
 "media_type":"ova","status":"not_yet_aired","num_episodes":0,"studios":[]},"ranking":{"rank":2}}
],"paging":{"next":"https://elsewhere.example/v2/anime/ranking?offset=7"}})";

MalSource source() { return MalSource({.client_id = "key", .base_url = "https://mal.example/"}); }

TEST(MalSource, AsksForTheRankingWithItsKeyAndAllFields) {
  const FetchRequest all = source().page_request(GatherScope::all, "");
  EXPECT_THAT(all.url,
              ::testing::StartsWith("https://mal.example/v2/anime/ranking?ranking_type="
                                    "bypopularity&limit=500&offset=0&nsfw=true&fields=id"));
  EXPECT_THAT(all.url, HasSubstr(",average_episode_duration,rating,studios"));
  EXPECT_EQ(all.headers.at("X-MAL-CLIENT-ID"), "key");
  EXPECT_THAT(source().page_request(GatherScope::airing, "").url, HasSubstr("=airing&"));
  EXPECT_THAT(source().page_request(GatherScope::airing, "upcoming:500").url,
              HasSubstr("=upcoming&limit=500&offset=500&"));
}

TEST(MalSource, ReadsEveryFieldAndPartsGenresThemesAndDemographics) {
  const SourcePage page = source().read_page(GatherScope::all, "", kPage);
  ASSERT_EQ(page.records.size(), 2U);
  EXPECT_THAT(page.problems, IsEmpty());
  const Anime& a = page.records[0];
  EXPECT_EQ(a.ids.mal, 457U);
  EXPECT_EQ(a.titles, (Titles{"Mushishi", "Mushi-Shi", "蟲師", "", {}}));
  EXPECT_EQ(a.type, AnimeType::tv);
  EXPECT_EQ(a.status, AiringStatus::finished);
  EXPECT_EQ(a.aired_from, "2005-10-23");
  EXPECT_EQ(a.aired_to, "2006-06-19");
  EXPECT_EQ(a.year, 2005);
  EXPECT_EQ(a.season, Season::fall);
  EXPECT_EQ(a.episodes, 26);
  EXPECT_EQ(a.duration_minutes, 25);
  EXPECT_FLOAT_EQ(a.score, 8.65F);
  EXPECT_EQ(a.members, 900000U);
  EXPECT_EQ(a.scored_by, 300000U);
  EXPECT_THAT(a.genres, ElementsAre("Adventure", "Mystery"));
  EXPECT_THAT(a.themes, ElementsAre("Historical"));
  EXPECT_THAT(a.demographics, ElementsAre("Seinen"));
  EXPECT_THAT(a.tags, ElementsAre(Tag{"newly made", false}));
  EXPECT_EQ(a.source_material, "4-koma manga");
  EXPECT_EQ(a.age_rating, AgeRating::pg13);
  EXPECT_THAT(a.studios, ElementsAre("Artland"));
  EXPECT_THAT(a.synopses, ElementsAre(SourcedText{"en", "Ginko walks.", "mal"}));
  EXPECT_EQ(a.image_url, "https://cdn.example/1l.jpg");
  EXPECT_EQ(a.site_url, "https://myanimelist.net/anime/457");
  EXPECT_THAT(a.provenance, ElementsAre(FieldSource{"*", "mal"}));
  EXPECT_EQ(level_of(page.records[1]), Level::adult);
  EXPECT_EQ(page.records[1].status, AiringStatus::upcoming);
}

TEST(MalSource, GivesRecordsThatSurviveBeingStored) {
  for (const Anime& a : source().read_page(GatherScope::all, "", kPage).records) {
    EXPECT_EQ(parse_anime_json(to_json(a), {.source = "mal"}).anime, a);
  }
}

TEST(MalSource, GoesOnByItsOwnOffsetAndNeverToAnAddressOfTheAnswer) {
  EXPECT_EQ(source().read_page(GatherScope::all, "", kPage).next, "bypopularity:2");
  EXPECT_EQ(source().read_page(GatherScope::all, "bypopularity:500", kPage).next,
            "bypopularity:502");
  const std::string_view last = R"({"data":[],"paging":{}})";
  EXPECT_EQ(source().read_page(GatherScope::all, "bypopularity:500", last).next, std::nullopt);
  EXPECT_EQ(source().read_page(GatherScope::airing, "", last).next, "upcoming:0");
  EXPECT_EQ(source().read_page(GatherScope::airing, "upcoming:0", last).next, std::nullopt);
  EXPECT_EQ(source().read_page(GatherScope::all, "bypopularity:300000", kPage).next, std::nullopt);
  EXPECT_THROW(source().page_request(GatherScope::all, "elsewhere:5"), Error);
  EXPECT_THROW(source().page_request(GatherScope::all, "bypopularity:-5"), Error);
}

TEST(MalSource, ABadFieldIsLeftOutAndABadTitleToo) {
  const SourcePage page = source().read_page(
      GatherScope::all, "", R"({"data":[7,{"node":{"title":"No id"}},{"node":{"id":5}},
      {"node":{"id":6,"title":"Kept","mean":99,"num_list_users":-1,"start_date":"soon",
      "genres":"all","media_type":"hologram","main_picture":{"large":"javascript:1"},
      "studios":[{"name":5},9],"num_episodes":2.5}}],"paging":{}})");
  ASSERT_EQ(page.records.size(), 1U);
  EXPECT_EQ(page.records[0].titles.romaji, "Kept");
  EXPECT_EQ(page.records[0].score, 0);
  EXPECT_EQ(page.records[0].members, 0U);
  EXPECT_EQ(page.records[0].image_url, "");
  EXPECT_THAT(
      page.problems,
      ::testing::IsSupersetOf(
          {HasSubstr("data[0]: no title"), HasSubstr("data[1]: no id"),
           HasSubstr("mal 5.title: is missing"), HasSubstr("mal 6.mean: must be"),
           HasSubstr("mal 6.num_list_users: must be"), HasSubstr("mal 6.start_date: must be"),
           HasSubstr("mal 6.genres: must be"), HasSubstr("mal 6.media_type: is none"),
           HasSubstr("mal 6.main_picture.large: must be"), HasSubstr("mal 6.studios.name: must be"),
           HasSubstr("mal 6.num_episodes: must be")}));
}

TEST(MalSource, AWrongDocumentIsCorrupt) {
  for (const std::string_view body : {"", "<html>", "[]", "{}", R"({"data":{}})", R"({"data":[)"}) {
    try {
      source().read_page(GatherScope::all, "", body);
      FAIL() << body;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    }
  }
}

TEST(MalSource, WantsAClientIdAndDoesNotTellIt) {
  EXPECT_THROW(MalSource({.client_id = ""}), Error);
  try {
    MalSource({.client_id = "sec\r\nret: x"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), Not(HasSubstr("sec")));
    EXPECT_THAT(error.context(), Not(HasSubstr("sec")));
  }
}

TEST(MalSource, TellsWhatDiffersFromTheDocumentedForm) {
  EXPECT_THAT(source().check_page(kPage), IsEmpty());
  std::string changed(kPage);
  changed.replace(changed.find("\"mean\":8.65"), 11, "\"mean\":\"8\",\"average\":1");
  changed.replace(changed.find("\"media_type\":\"ova\","), 19, "");
  EXPECT_THAT(source().check_page(changed),
              ElementsAre("data[].node.media_type: missing from 1 of 2", "data[].node.average: new",
                          "data[].node.mean: string where number is expected"));
}

}  // namespace
}  // namespace anireco
