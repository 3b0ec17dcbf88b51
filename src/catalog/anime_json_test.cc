#include "catalog/anime_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "base/error.h"
#include "base/gzip_reader.h"
#include "catalog/anime_id.h"
#include "catalog/test_records.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kStarterLine =
    R"({"ids":{"mal":457},"titles":{"romaji":"Mushishi",)"
    R"("russian":"Мастер муси","synonyms":["Mushi-shi"]},"type":"TV","status":"Finished Airing",)"
    R"("episodes":26,"aired_from":"2005-10-23","season":"fall","year":2005,"score":8.66,)"
    R"("genres":["Adventure"],"tags":[{"name":"spirits"},{"name":"twist","spoiler":true},"travel"],)"
    R"("age_rating":"PG-13","synopsis":{"en":"A man walks.","ru":"Человек идёт."},)"
    R"("remembered":{"ru":["зелёный глаз"],"en":["one green eye",{"text":"end","spoiler":true}]}})";

constexpr const char* kFlatLine =
    R"({"mal_id":6,"title":"Trigun","title_english":null,)"
    R"("title_japanese":"トライガン","synonyms":["Триган","Trigun TV"],"type":"TV","episodes":26,)"
    R"("status":"Finished Airing","aired_from":"1998-04-01","year":1998,"season":"spring",)"
    R"("score":8.22,"scored_by":403537,"popularity":200,"members":840500,"genres":["Action"],)"
    R"("themes":["Space"],"demographics":["Shounen"],"genre_source":"derived","tags":["Desert"],)"
    R"("studios":["Madhouse"],"source":"Manga","rating":"PG-13 - Teens 13 or older","nsfw":true,)"
    R"("image_url":"https://example.org/6.jpg","synopsis":"A man.","synopsis_source":"mapper",)"
    R"("duration_min":24,"anilist_id":6,"sources":["a"]})";

std::string reason_for(std::string_view line) {
  try {
    parse_anime_json(line);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    return error.what();
  }
  return "accepted";
}

std::string with(const std::string& fields) {
  return R"({"titles":{"romaji":"X"},)" + fields + "}";
}

TEST(AnimeJson, EveryFieldSurvivesWritingAndReading) {
  Anime record = full_record();
  normalise(record);
  const std::string line = to_json(record);
  EXPECT_EQ(parse_anime_json(line).anime, record);
  EXPECT_EQ(parse_anime_json(line, {.source = "x", .canonical = true}).anime, record);
  EXPECT_EQ(to_json(parse_anime_json(line).anime), line);
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(AnimeJson, TheStarterFormIsOurOwnWordsUnlessASourceIsGiven) {
  const ParsedAnime parsed = parse_anime_json(kStarterLine);
  EXPECT_THAT(parsed.warnings, IsEmpty());
  EXPECT_EQ(parsed.source, "anireco");
  const Anime& a = parsed.anime;
  EXPECT_EQ(a.type, AnimeType::tv);
  EXPECT_EQ(a.status, AiringStatus::finished);
  EXPECT_EQ(a.age_rating, AgeRating::pg13);
  EXPECT_THAT(a.tags, ElementsAre(Tag{"spirits", false}, Tag{"twist", true}, Tag{"travel", false}));
  EXPECT_THAT(a.synopses, ElementsAre(SourcedText{"en", "A man walks.", "anireco"},
                                      SourcedText{"ru", "Человек идёт.", "anireco"}));
  EXPECT_THAT(a.remembered, ElementsAre(RememberedPhrase{"en", "one green eye", false},
                                        RememberedPhrase{"en", "end", true},
                                        RememberedPhrase{"ru", "зелёный глаз", false}));
  EXPECT_FLOAT_EQ(a.score, 8.66F);
  EXPECT_EQ(parse_anime_json(kStarterLine, {.source = "mine"}).anime.synopses[0].source, "mine");
}

TEST(AnimeJson, TheFlatFormIsToldByItsKeyAndKeepsWhereThingsCameFrom) {
  const ParsedAnime parsed = parse_anime_json(kFlatLine);
  EXPECT_THAT(parsed.warnings, IsEmpty());
  EXPECT_EQ(parsed.source, "catalogue");
  const Anime& a = parsed.anime;
  EXPECT_EQ(a.ids.mal, 6U);
  EXPECT_EQ(a.ids.anilist, 6U);
  EXPECT_EQ(a.titles.russian, "Триган");
  EXPECT_THAT(a.titles.synonyms, ElementsAre("Trigun TV"));
  EXPECT_TRUE(a.adult_flag);
  EXPECT_EQ(a.duration_minutes, 24);
  EXPECT_THAT(a.synopses, ElementsAre(SourcedText{"en", "A man.", "mapper"}));
  EXPECT_THAT(a.provenance,
              ElementsAre(FieldSource{"*", "catalogue"}, FieldSource{"demographics", "derived"},
                          FieldSource{"genres", "derived"}, FieldSource{"themes", "derived"}));
}

TEST(AnimeJson, AWordOutsideTheVocabularyCostsTheFlatFormOnlyTheField) {
  const ParsedAnime parsed =
      parse_anime_json(R"({"mal_id":1,"title":"X","season":"monsoon","type":"TV"})");
  EXPECT_EQ(parsed.anime.season, Season::unknown);
  EXPECT_THAT(parsed.warnings, ElementsAre(HasSubstr("season")));
}

TEST(AnimeJson, UnknownKeysAreReportedAndIgnored) {
  const ParsedAnime parsed =
      parse_anime_json(R"({"titles":{"romaji":"X","klingon":"Y"},"colour":"red"})");
  EXPECT_THAT(parsed.warnings, ElementsAre(HasSubstr("\"colour\""), HasSubstr("titles.klingon")));
}

TEST(AnimeJson, EveryRefusalNamesTheField) {
  EXPECT_THAT(reason_for(with(R"("episodes":"many")")), HasSubstr("episodes: must be a number"));
  EXPECT_THAT(reason_for(with(R"("episodes":1.5)")), HasSubstr("episodes: must be a whole number"));
  EXPECT_THAT(reason_for(with(R"("episodes":-1)")), HasSubstr("episodes"));
  EXPECT_THAT(reason_for(with(R"("year":99999999999999999999)")), HasSubstr("year"));
  EXPECT_THAT(reason_for(with(R"("year":12)")), HasSubstr("year"));
  EXPECT_THAT(reason_for(with(R"("score":11)")), HasSubstr("score"));
  EXPECT_THAT(reason_for(with(R"("type":"opera")")),
              HasSubstr("type: is none of the known values"));
  EXPECT_THAT(reason_for(with(R"("genres":"Action")")), HasSubstr("genres: must be a list"));
  EXPECT_THAT(reason_for(with(R"("genres":[1])")), HasSubstr("genres: must be a string"));
  EXPECT_THAT(reason_for(with(R"("ids":{"mal":-4})")), HasSubstr("ids.mal"));
  EXPECT_THAT(reason_for(with(R"("ids":{"imdb":"12"})")), HasSubstr("ids.imdb"));
  EXPECT_THAT(reason_for(with(R"("aired_from":"next week")")), HasSubstr("aired_from"));
  EXPECT_THAT(reason_for(with(R"("aired_from":"2005-13-01")")), HasSubstr("aired_from"));
  EXPECT_THAT(reason_for(with(R"x("image_url":"javascript:alert(1)")x")), HasSubstr("image_url"));
  EXPECT_THAT(reason_for(with(R"x("image_url":"https://x/\" onerror=")x")), HasSubstr("image_url"));
  EXPECT_THAT(reason_for(with(R"("id":"not ours")")), HasSubstr("id"));
  EXPECT_THAT(reason_for(with(R"("synopses":[{"language":"english","text":"x","source":"s"}, 3])")),
              HasSubstr("synopses"));
  EXPECT_THAT(reason_for(with(R"("relations":[{"kind":"cousin","ids":{"mal":1}}])")),
              HasSubstr("relations.kind"));
  EXPECT_THAT(reason_for(with(R"("remembered":{"en":"x"})")), HasSubstr("remembered.en"));
  EXPECT_THAT(reason_for(with(R"("schema_version":2)")), HasSubstr("schema_version"));
  EXPECT_THAT(reason_for(with(R"("source_material":"a\u0000b")")), HasSubstr("source_material"));
  EXPECT_THAT(reason_for(R"({"mal_id":"6","title":"X"})"), HasSubstr("mal_id"));
  EXPECT_THAT(reason_for(R"({"mal_id":6})"), HasSubstr("titles"));
  EXPECT_THAT(reason_for(R"({"ids":{"mal":6}})"), HasSubstr("titles"));
  EXPECT_THAT(reason_for("[]"), HasSubstr("must be a JSON object"));
  EXPECT_THAT(reason_for("{"), HasSubstr("not JSON"));
  EXPECT_THAT(reason_for(""), HasSubstr("not JSON"));
  EXPECT_THAT(reason_for("{\"titles\":{\"romaji\":\"\xff\xfe\"}}"), HasSubstr("not JSON"));
}

TEST(AnimeJson, HostileSizesAreRefused) {
  const std::string long_text(30000, 'a');
  EXPECT_THAT(reason_for(with("\"synopsis\":{\"en\":\"" + long_text + "\"}")),
              HasSubstr("synopsis.en"));
  EXPECT_THAT(reason_for(R"({"titles":{"romaji":")" + long_text + "\"}}"),
              HasSubstr("titles.romaji"));
  std::string list = "[\"x\"";
  for (int i = 0; i < 600; ++i) list += ",\"x\"";
  EXPECT_THAT(reason_for(with("\"genres\":" + list + "]")), HasSubstr("genres"));
  EXPECT_THAT(reason_for(std::string(5 << 20, ' ')), HasSubstr("4 MiB"));
  EXPECT_THAT(reason_for(std::string(100000, '[')), HasSubstr("not JSON"));
  EXPECT_THROW(parse_anime_json(kFlatLine, {.source = "two words"}), Error);
}

TEST(AnimeJson, MutatedLinesAreReadOrRefusedButNeverCrash) {
  std::mt19937 random(20260101);  // NOLINT: a fixed seed, so that a failure can be repeated.
  const std::string seeds[] = {kStarterLine, kFlatLine, to_json(full_record())};
  int accepted = 0;
  for (int round = 0; round < 1000; ++round) {
    std::string line = seeds[random() % 3];
    const auto edits = 1 + random() % 6;
    for (unsigned e = 0; e < edits && !line.empty(); ++e) {
      const std::size_t at = random() % line.size();
      switch (random() % 5) {
        case 0:
          line[at] = static_cast<char>(random() % 256);
          break;
        case 1:
          line.erase(at, 1 + random() % 20);
          break;
        case 2:
          line.insert(at, std::string(1, "\"{}[],:0\\n-e"[random() % 12]));
          break;
        case 3:
          line.insert(at, line.substr(random() % line.size(), random() % 60));
          break;
        default:
          line.resize(at);
          break;
      }
    }
    try {
      const Anime anime = parse_anime_json(line).anime;
      EXPECT_EQ(parse_anime_json(to_json(anime)).anime, anime) << line;
      ++accepted;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_argument) << line;
    }
  }
  EXPECT_GT(accepted, 20);
}

TEST(AnimeJson, NormalisingKeepsTheSpoilerFlagOfARepeatedTag) {
  Anime a = titled("X");
  a.tags = {{"twin", false}, {"twin", true}};
  normalise(a);
  EXPECT_THAT(a.tags, ElementsAre(Tag{"twin", true}));
}

TEST(AnimeId, IsStableAndOfTheDocumentedForm) {
  EXPECT_EQ(make_anime_id("mal:1"), make_anime_id("mal:1"));
  EXPECT_NE(make_anime_id("mal:1"), make_anime_id("mal:1", 1));
  EXPECT_TRUE(is_anime_id(make_anime_id("mal:1")));
  EXPECT_FALSE(is_anime_id("mal:1"));
  EXPECT_FALSE(is_anime_id("abcdefghi1"));
  // sha256("mal:1") begins with 40 bits whose base32 must not change between releases.
  EXPECT_EQ(make_anime_id("mal:1"), "p37imnc6zq");
}

TEST(AnimeId, SiteIdsAreReadLeniently) {
  EXPECT_EQ(parse_site_id("MAL:0012"), (SiteId{IdSite::mal, "12"}));
  EXPECT_EQ(parse_site_id("imdb:tt0213338"), (SiteId{IdSite::imdb, "tt0213338"}));
  for (const char* wrong : {"mal:", "mal:0", "mal:-1", "mal:1x", "tvdb:1", "1", "", "imdb:12",
                            "mal:99999999999999999999"}) {
    EXPECT_EQ(parse_site_id(wrong), std::nullopt) << wrong;
  }
}

TEST(AnimeId, SeedIsTheStrongestIdOrTheTitle) {
  Anime a = titled("  Mushi  SHI ");
  a.year = 2005;
  EXPECT_EQ(id_seed(a), "title:mushi shi|tv|2005");
  a.ids.kitsu = 3;
  EXPECT_EQ(id_seed(a), "kitsu:3");
  a.ids.mal = 457;
  EXPECT_EQ(id_seed(a), "mal:457");
}

TEST(AnimeJson, ReadsTheWholeRealCatalogue) {
  const std::string path = ANIRECO_SOURCE_DIR "/../shared/data/catalogue.jsonl.gz";
  if (!std::filesystem::exists(path)) {
    if (std::getenv("CI") != nullptr) FAIL() << "the shared data must be here in CI";
    GTEST_SKIP() << "no real catalogue here";
  }
  LineReader reader(path);
  std::size_t records = 0;
  while (reader.next()) {
    const ParsedAnime parsed = parse_anime_json(reader.line());
    ASSERT_THAT(parsed.warnings, IsEmpty()) << reader.line_number();
    if (++records % 50 == 0) {
      ASSERT_EQ(parse_anime_json(to_json(parsed.anime)).anime, parsed.anime);
    }
  }
  EXPECT_EQ(records, 28163U);
}

}  // namespace
}  // namespace anireco
