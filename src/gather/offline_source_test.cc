#include "gather/offline_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "catalog/anime_json.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kTitle = R"({"sources":["https://anidb.net/anime/3548",
"https://anilist.co/anime/457","https://anime-planet.com/anime/mushishi",
"https://kitsu.app/anime/412","https://myanimelist.net/anime/457"],"title":"Mushishi","type":"TV",
"episodes":26,"status":"FINISHED","animeSeason":{"season":"FALL","year":2005},
"picture":"https://cdn.example/1.jpg","thumbnail":"https://cdn.example/1t.jpg",
"duration":{"value":1500,"unit":"SECONDS"},
"score":{"arithmeticGeometricMean":8.5,"arithmeticMean":8.51,"median":8.61},
"synonyms":["Bugmaster","Мастер муси","むしし"],"studios":["artland"],"producers":["avex"],
"relatedAnime":["https://anilist.co/anime/9701","https://kitsu.app/anime/5006",
"https://myanimelist.net/anime/21939","https://myanimelist.net/anime/17909"],
"tags":["based on a manga","episodic","mystery","seinen","supernatural drama","youkai","zither"]})";

constexpr std::string_view kLater =
    R"({"sources":["https://kitsu.io/anime/9"],"title":"Soon","type":"SPECIAL","episodes":0,
"status":"UPCOMING","animeSeason":{"season":"UNDEFINED"},"picture":"https://cdn.example/2.jpg",
"thumbnail":"https://cdn.example/2t.jpg","synonyms":[],"relatedAnime":[],"tags":[]})";

std::string whole(std::string_view titles) {
  return "{\"license\":{\"name\":\"x\",\"url\":\"y\"},\"repository\":\"z\","
         "\"lastUpdate\":\"2025-01-01\",\n \"data\" : [ " +
         std::string(titles) + " ] }\n";
}

std::string one_line(std::string_view json) {
  std::string line(json);
  std::erase(line, '\n');
  return line + "\n";
}

SourcePage read(std::string_view body, GatherScope scope = GatherScope::all) {
  return OfflineSource().read_page(scope, "", body);
}

TEST(OfflineSource, ReadsEveryField) {
  const SourcePage page = read(whole(kTitle));
  EXPECT_THAT(page.problems, IsEmpty());
  EXPECT_EQ(page.next, std::nullopt);
  EXPECT_EQ(page.total, 1U);
  ASSERT_EQ(page.records.size(), 1U);
  const Anime& a = page.records[0];
  EXPECT_EQ(a.ids, (ExternalIds{.mal = 457, .anilist = 457, .kitsu = 412, .anidb = 3548}));
  EXPECT_EQ(a.titles, (Titles{"Mushishi", "", "むしし", "Мастер муси", {"Bugmaster"}}));
  EXPECT_EQ(a.type, AnimeType::tv);
  EXPECT_EQ(a.status, AiringStatus::finished);
  EXPECT_EQ(a.season, Season::fall);
  EXPECT_EQ(a.year, 2005);
  EXPECT_EQ(a.duration_minutes, 25);
  EXPECT_FLOAT_EQ(a.score, 8.61F);
  EXPECT_EQ(a.members, 0U);
  EXPECT_THAT(a.genres, ElementsAre("Mystery", "Supernatural", "Drama"));
  EXPECT_THAT(a.demographics, ElementsAre("Seinen"));
  EXPECT_THAT(a.tags, ElementsAre(Tag{"story of the week", false}, Tag{"yokai", false},
                                  Tag{"zither", false}));
  EXPECT_THAT(a.studios, ElementsAre("Artland"));
  EXPECT_EQ(a.source_material, "Manga");
  ASSERT_EQ(a.relations.size(), 2U);
  EXPECT_EQ(a.relations[0].target, (ExternalIds{.mal = 21939}));
  EXPECT_EQ(a.relations[0].kind, RelationKind::other);
  EXPECT_EQ(a.site_url, "https://myanimelist.net/anime/457");
  EXPECT_EQ(parse_anime_json(to_json(a), {.source = "offline"}).anime, a);
}

TEST(OfflineSource, ReadsTheFormOfJsonLinesToTheSameRecords) {
  const std::string lines =
      "{\"license\":{\"name\":\"x\"},\"repository\":\"z\"}\n" + one_line(kTitle) + one_line(kLater);
  const std::string object = whole(std::string(kTitle) + ",\n" + std::string(kLater));
  EXPECT_EQ(read(lines).records, read(object).records);
  EXPECT_EQ(read(lines).records.size(), 2U);
  EXPECT_EQ(read(lines).total, 2U);
}

TEST(OfflineSource, KnowsKitsusFormerNameAndWhatIsStillToCome) {
  const std::string body = whole(std::string(kTitle) + "," + std::string(kLater));
  const SourcePage page = read(body, GatherScope::airing);
  ASSERT_EQ(page.records.size(), 1U);
  EXPECT_EQ(page.records[0].ids, ExternalIds{.kitsu = 9});
  EXPECT_EQ(page.records[0].status, AiringStatus::upcoming);
}

TEST(OfflineSource, SeveralTitlesOfOneScriptStaySynonyms) {
  std::string body = whole(kTitle);
  body.replace(body.find("\"Bugmaster\""), 11, "\"Мушиши\",\"ムシシ\"");
  const Anime a = read(body).records.at(0);
  EXPECT_EQ(a.titles.russian, "");
  EXPECT_EQ(a.titles.native, "");
  EXPECT_THAT(a.titles.synonyms, ElementsAre("Мушиши", "ムシシ", "Мастер муси", "むしし"));
}

TEST(OfflineSource, ABadTitleIsAProblemAndABrokenFileIsCorrupt) {
  const SourcePage page =
      read(whole("7,{\"sources\":[],\"title\":5,\"tags\":[]}," + std::string(kTitle)));
  EXPECT_EQ(page.records.size(), 1U);
  EXPECT_THAT(page.problems,
              ElementsAre("title 0: is no object", HasSubstr("offline 1.title: must be a string"),
                          HasSubstr("offline 1.title: is missing")));
  const std::string good = whole(std::string(kTitle) + "," + std::string(kLater));
  const OfflineSource source;
  for (std::size_t cut = 0; cut < good.rfind('}'); ++cut) {
    EXPECT_THROW(source.read_page(GatherScope::all, "", std::string_view(good).substr(0, cut)),
                 Error)
        << cut;
  }
  for (const std::string_view body :
       {"[]", "{\"data\":[1 2]}", "{\"a\":1}\n{\"b\":2}", "<html>", "{\"data\":[{}]}"}) {
    EXPECT_THROW(read(body), Error) << body;
  }
}

TEST(OfflineSource, IsOneRequestForOneFile) {
  const OfflineSource source({.url = "file:///data/offline.json"});
  EXPECT_EQ(source.page_request(GatherScope::all, "").url, "file:///data/offline.json");
  EXPECT_THROW(source.page_request(GatherScope::all, "1"), Error);
}

TEST(OfflineSource, TellsWhatDiffersFromTheDocumentedForm) {
  EXPECT_THAT(OfflineSource().check_page(whole(kTitle)), IsEmpty());
  EXPECT_THAT(OfflineSource().check_page(one_line(kTitle)), IsEmpty());
  std::string body = whole(kTitle);
  body.replace(body.find("\"episodes\":26"), 13, "\"episodes\":\"26\"");
  EXPECT_THAT(OfflineSource().check_page(body),
              ElementsAre("data[].episodes: string where number is expected"));
}

}  // namespace
}  // namespace anireco
