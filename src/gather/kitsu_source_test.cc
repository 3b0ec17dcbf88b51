#include "gather/kitsu_source.h"

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

constexpr std::string_view kPage = R"json({"data":[{"id":"412","type":"anime","links":{"self":"x"},
"attributes":{"createdAt":"2013-02-20T16:00:00.000Z","updatedAt":"2024-01-01T00:00:00.000Z",
"slug":"mushishi","synopsis":"Ginko walks.\n\n(Source: Somebody)","description":"Ginko walks.",
"titles":{"en":"Mushi-Shi","en_jp":"Mushishi","ja_jp":"蟲師","fr_fr":"Le Mushishi"},
"canonicalTitle":"Mushishi","abbreviatedTitles":["Bugmaster",null],"averageRating":"82.46",
"ratingFrequencies":{"2":"10","19":"20","20":"70"},"userCount":60000,"startDate":"2005-10-23",
"endDate":"2006-06-19","ageRating":"PG","ageRatingGuide":"Teens 13 or older","subtype":"TV",
"status":"finished","posterImage":{"tiny":"https://media.example/t.jpg",
"large":"https://media.example/l.jpg","original":"https://media.example/o.jpg"},
"episodeCount":26,"episodeLength":25,"youtubeVideoId":"abcdefghi-_","nsfw":false},
"relationships":{"categories":{"data":[{"type":"categories","id":"1"},
{"type":"categories","id":"2"},{"type":"categories","id":"3"},{"type":"categories","id":"404"}]},
"mappings":{"data":[{"type":"mappings","id":"1"},{"type":"mappings","id":"2"},
{"type":"mappings","id":"3"},{"type":"mappings","id":"4"}]}}}],
"included":[
{"id":"1","type":"categories","links":{},"attributes":{"title":"Science Fiction",
"slug":"science-fiction","nsfw":false}},
{"id":"2","type":"categories","links":{},"attributes":{"title":"Post Apocalypse",
"slug":"post-apocalypse","nsfw":false}},
{"id":"3","type":"categories","links":{},"attributes":{"title":"Plot Continuity",
"slug":"plot-continuity","nsfw":false}},
{"id":"1","type":"mappings","links":{},
"attributes":{"externalSite":"myanimelist/anime","externalId":"457"}},
{"id":"2","type":"mappings","links":{},
"attributes":{"externalSite":"anilist","externalId":"anime/457"}},
{"id":"3","type":"mappings","links":{},"attributes":{"externalSite":"anidb","externalId":"3548"}},
{"id":"4","type":"mappings","links":{},
"attributes":{"externalSite":"thetvdb/series","externalId":"79127/1"}}],
"meta":{"count":21099},
"links":{"first":"f","next":"https://elsewhere.example/?page","last":"l"}})json";

std::string with(std::string_view from, std::string_view to) {
  std::string page(kPage);
  const std::size_t at = page.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return page.replace(at, from.size(), to);
}

SourcePage read(std::string_view body) {
  return KitsuSource().read_page(GatherScope::all, "", body);
}

TEST(KitsuSource, AsksForTwentyTitlesWithMappingsAndCategories) {
  const KitsuSource source({.base_url = "https://kitsu.example"});
  EXPECT_EQ(source.page_request(GatherScope::all, "").url,
            "https://kitsu.example/api/edge/anime?page%5Blimit%5D=20&page%5Boffset%5D=0"
            "&include=mappings,categories");
  EXPECT_THAT(source.page_request(GatherScope::airing, "40").url,
              HasSubstr("offset%5D=40&include=mappings,categories&filter%5Bstatus%5D=current,"));
  EXPECT_THROW(source.page_request(GatherScope::all, "x"), Error);
}

TEST(KitsuSource, ReadsEveryFieldWithWhatIsIncluded) {
  const SourcePage page = read(kPage);
  EXPECT_THAT(page.problems, IsEmpty());
  EXPECT_EQ(page.total, 21099U);
  EXPECT_EQ(page.next, "1");
  EXPECT_EQ(KitsuSource().read_page(GatherScope::all, "40", kPage).next, "41");
  ASSERT_EQ(page.records.size(), 1U);
  const Anime& a = page.records[0];
  EXPECT_EQ(a.ids, (ExternalIds{.mal = 457, .anilist = 457, .kitsu = 412, .anidb = 3548}));
  EXPECT_EQ(a.titles, (Titles{"Mushishi", "Mushi-Shi", "蟲師", "", {"Le Mushishi", "Bugmaster"}}));
  EXPECT_EQ(a.type, AnimeType::tv);
  EXPECT_EQ(a.status, AiringStatus::finished);
  EXPECT_EQ(a.year, 2005);
  EXPECT_EQ(a.season, Season::fall);
  EXPECT_EQ(a.episodes, 26);
  EXPECT_EQ(a.duration_minutes, 25);
  EXPECT_FLOAT_EQ(a.score, 8.25F);
  EXPECT_EQ(a.scored_by, 100U);
  EXPECT_EQ(a.members, 60000U);
  EXPECT_EQ(a.age_rating, AgeRating::pg13);
  EXPECT_THAT(a.genres, ElementsAre("Sci-Fi"));
  EXPECT_THAT(a.tags, ElementsAre(Tag{"post-apocalypse", false}));
  EXPECT_EQ(a.image_url, "https://media.example/l.jpg");
  EXPECT_EQ(a.trailer_url, "https://www.youtube.com/watch?v=abcdefghi-_");
  EXPECT_EQ(a.site_url, "https://kitsu.app/anime/412");
  EXPECT_EQ(parse_anime_json(to_json(a), {.source = "kitsu"}).anime, a);
}

TEST(KitsuSource, ReadsKitsusCoarserAges) {
  const auto age = [](std::string_view letter, std::string_view guide) {
    return read(with(R"("ageRating":"PG","ageRatingGuide":"Teens 13 or older")",
                     "\"ageRating\":" + std::string(letter) + ",\"ageRatingGuide\":\"" +
                         std::string(guide) + "\""))
        .records.at(0)
        .age_rating;
  };
  EXPECT_EQ(age("null", ""), AgeRating::unknown);
  EXPECT_EQ(age("\"G\"", "All Ages"), AgeRating::g);
  EXPECT_EQ(age("\"PG\"", "Children"), AgeRating::pg);
  EXPECT_EQ(age("\"PG\"", ""), AgeRating::pg13);
  EXPECT_EQ(age("\"R\"", "17+ (violence & profanity)"), AgeRating::r17);
  EXPECT_EQ(age("\"R\"", "Mild Nudity"), AgeRating::r_plus);
  EXPECT_EQ(age("\"R18\"", "Hentai"), AgeRating::rx);
}

TEST(KitsuSource, ATitleThatKitsuFlagsIsForAdults) {
  EXPECT_EQ(level_of(read(with("\"nsfw\":false}", "\"nsfw\":true}")).records.at(0)), Level::adult);
}

TEST(KitsuSource, AHostileFieldIsAProblemAndTheTitleStays) {
  const SourcePage page = read(with("\"averageRating\":\"82.46\"", "\"averageRating\":\"1e999\""));
  ASSERT_EQ(page.records.size(), 1U);
  EXPECT_EQ(page.records[0].score, 0);
  EXPECT_THAT(page.problems, ElementsAre(HasSubstr("kitsu 412.attributes.averageRating: must be")));
  EXPECT_THAT(read(with("abcdefghi-_", "\\\"><script>")).records.at(0).trailer_url, IsEmpty());
  EXPECT_THAT(read(with("\"externalId\":\"457\"", "\"externalId\":[457]")).problems,
              ElementsAre(HasSubstr("kitsu 412 mapping.externalId: must be a string")));
}

TEST(KitsuSource, EndsWithoutANextPageAndRefusesAWrongDocument) {
  EXPECT_EQ(read(with("\"next\":", "\"prev\":")).next, std::nullopt);
  EXPECT_EQ(read(R"({"data":[],"links":{"next":"x"}})").next, std::nullopt);
  for (const std::string_view body :
       {"", "null", R"({"errors":[{"title":"x"}]})", R"({"data":1})"}) {
    EXPECT_THROW(read(body), Error) << body;
  }
}

TEST(KitsuSource, TellsWhatDiffersFromTheDocumentedForm) {
  EXPECT_THAT(KitsuSource().check_page(kPage), IsEmpty());
  EXPECT_THAT(
      KitsuSource().check_page(with("\"averageRating\":\"82.46\"", "\"rating\":82.46")),
      ElementsAre("data[].attributes.averageRating: missing", "data[].attributes.rating: new"));
}

}  // namespace
}  // namespace anireco
