#include "catalog/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "catalog/anime_enums.h"
#include "catalog/anime_id.h"
#include "catalog/fold.h"
#include "catalog/test_records.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Anime record(std::string name, std::uint32_t mal, std::vector<std::string> genres) {
  Anime a = titled(std::move(name), mal);
  a.id = make_anime_id("mal:" + std::to_string(mal));
  a.genres = std::move(genres);
  a.age_rating = AgeRating::pg13;
  return a;
}

/// Five titles: 1 family, 2 family, 3 standard, 4 adult, 5 standard without figures.
std::vector<Anime> five() {
  std::vector<Anime> all = {record("One", 1, {"Action", "Comedy"}), record("Two", 2, {"action"}),
                            record("Three", 3, {"Drama", "Ecchi"}), record("Four", 4, {"Hentai"}),
                            record("Five", 5, {"Drama"})};
  all[0].year = 1999;
  all[0].score = 8.1F;
  all[0].members = 1000;
  all[0].tags = {{"space", false}};
  all[0].source_material = "Manga";
  all[1].year = 2005;
  all[1].members = 100;
  all[1].type = AnimeType::movie;
  all[1].studios = {"Bones"};
  all[2].year = 2010;
  all[2].members = 10;
  all[3].members = 5000;
  all[4].age_rating = AgeRating::r17;
  for (Anime& a : all) a.provenance = {{"*", "test"}};
  return all;
}

std::vector<std::string> names(const Catalog& catalog, const DocSet& set) {
  std::vector<std::string> out;
  set.for_each([&](DocId doc) { out.push_back(catalog[doc].titles.romaji); });
  return out;
}

std::vector<std::string> shown(const std::vector<FacetCount>& facet) {
  std::vector<std::string> out;
  for (const FacetCount& f : facet) out.push_back(f.value + " " + std::to_string(f.count));
  return out;
}

TEST(Level, TheRuleOfTheThreeLevels) {
  Anime a = titled("X");
  EXPECT_EQ(level_of(a), Level::standard);
  a.age_rating = AgeRating::pg13;
  EXPECT_EQ(level_of(a), Level::family);
  a.tags = {{"ECCHI", false}};
  EXPECT_EQ(level_of(a), Level::standard);
  a.tags.clear();
  a.genres = {"Ecchi"};
  EXPECT_EQ(level_of(a), Level::standard);
  a.genres = {"erotica"};
  EXPECT_EQ(level_of(a), Level::adult);
  a.genres = {"Hentai"};
  EXPECT_EQ(level_of(a), Level::adult);
  a.genres.clear();
  a.age_rating = AgeRating::rx;
  EXPECT_EQ(level_of(a), Level::adult);
  a.age_rating = AgeRating::g;
  a.adult_flag = true;
  EXPECT_EQ(level_of(a), Level::adult);
  EXPECT_EQ(parse_level("Family"), Level::family);
  EXPECT_EQ(parse_level("all"), std::nullopt);
}

TEST(Catalog, OrdersDocumentsByIdWhateverTheInput) {
  auto records = five();
  const Catalog forward(records);
  std::reverse(records.begin(), records.end());
  const Catalog backward(records);
  for (DocId doc = 0; doc < 5; ++doc) EXPECT_EQ(forward[doc].id, backward[doc].id);
  records.push_back(records.front());
  EXPECT_THROW(Catalog{records}, Error);
}

TEST(Catalog, FindsTitlesByAnyId) {
  auto records = five();
  records[0].ids.imdb = "tt0000001";
  records[1].ids.anilist = 77;
  records[2].ids.anilist = 77;
  records[2].former_ids = {"aaaaaaaaaa"};
  const Catalog catalog(records);
  const auto name = [&](std::string_view id) {
    const auto doc = catalog.find(id);
    return doc ? catalog[*doc].titles.romaji : std::string("none");
  };
  EXPECT_EQ(name("mal:1"), "One");
  EXPECT_EQ(name("MAL:2"), "Two");
  EXPECT_EQ(name("imdb:tt0000001"), "One");
  EXPECT_EQ(name("anilist:77"), "Two") << "the one with more members";
  EXPECT_EQ(name(records[3].id), "Four");
  EXPECT_EQ(name("aaaaaaaaaa"), "Three") << "a former id";
  EXPECT_EQ(name("mal:9"), "none");
  EXPECT_EQ(name("mal:x"), "none");
  EXPECT_EQ(name(""), "none");
}

TEST(Catalog, LevelsNestAndFiltersNeverReachAboveTheirs) {
  const Catalog catalog(five());
  EXPECT_EQ(catalog.visible(Level::family).count(), 2U);
  EXPECT_EQ(catalog.visible(Level::standard).count(), 4U);
  EXPECT_EQ(catalog.visible(Level::adult).count(), 5U);
  Filter filter;
  filter.genres.all = {"Hentai"};
  EXPECT_THAT(names(catalog, catalog.matching(filter)), IsEmpty());
  filter.level = Level::adult;
  EXPECT_THAT(names(catalog, catalog.matching(filter)), ElementsAre("Four"));
}

TEST(Catalog, ConditionsOnTermsIgnoreCase) {
  const Catalog catalog(five());
  Filter filter;
  filter.genres.any = {"ACTION"};
  EXPECT_THAT(names(catalog, catalog.matching(filter)), UnorderedElementsAre("One", "Two"));
  filter.genres.all = {"comedy"};
  EXPECT_THAT(names(catalog, catalog.matching(filter)), ElementsAre("One"));
  filter.genres = {.all = {}, .any = {}, .none = {"action", "no such genre"}};
  EXPECT_THAT(names(catalog, catalog.matching(filter)), UnorderedElementsAre("Three", "Five"));
  filter.genres = {.all = {"no such genre"}, .any = {}, .none = {}};
  EXPECT_THAT(names(catalog, catalog.matching(filter)), IsEmpty());
  filter.genres = {.all = {}, .any = {"no such genre", "drama"}, .none = {}};
  EXPECT_THAT(names(catalog, catalog.matching(filter)), UnorderedElementsAre("Three", "Five"));
}

TEST(Catalog, ConditionsOnSingleValuesAndRanges) {
  const Catalog catalog(five());
  Filter filter;
  filter.types.any = {AnimeType::movie};
  EXPECT_THAT(names(catalog, catalog.matching(filter)), ElementsAre("Two"));
  filter = {};
  filter.sources.any = {"manga"};
  EXPECT_THAT(names(catalog, catalog.matching(filter)), ElementsAre("One"));
  filter = {};
  filter.age_ratings.none = {AgeRating::r17};
  EXPECT_THAT(names(catalog, catalog.matching(filter)),
              UnorderedElementsAre("One", "Two", "Three"));
  filter = {};
  filter.year = {2000, 2010};
  EXPECT_THAT(names(catalog, catalog.matching(filter)), UnorderedElementsAre("Two", "Three"));
  filter = {};
  filter.score.min = 8.1;
  EXPECT_THAT(names(catalog, catalog.matching(filter)), ElementsAre("One"));
  filter.score = {9, 8};
  EXPECT_THROW(catalog.matching(filter), Error);
}

TEST(Catalog, AnActiveFacetDoesNotHideItsSiblings) {
  const Catalog catalog(five());
  Filter filter;
  filter.genres.any = {"Action"};
  filter.year.min = 2000;
  const Facets facets = catalog.facets(filter, catalog.visible(Level::standard));
  EXPECT_THAT(shown(facets.at("genres")), ElementsAre("Action 1", "Drama 1", "Ecchi 1"));
  EXPECT_THAT(shown(facets.at("years")), ElementsAre("1999 1", "2005 1"));
  EXPECT_THAT(shown(facets.at("types")), ElementsAre("movie 1"));
  EXPECT_THAT(shown(facets.at("studios")), ElementsAre("Bones 1"));
  filter.genres = {.all = {"Drama"}, .any = {}, .none = {}};
  filter.year = {};
  EXPECT_THAT(shown(catalog.facets(filter, catalog.visible(Level::standard)).at("genres")),
              ElementsAre("Drama 2", "Ecchi 1"))
      << "what one more value would leave";
  filter.genres = {.all = {}, .any = {}, .none = {"Drama"}};
  EXPECT_THAT(shown(catalog.facets(filter, catalog.visible(Level::standard)).at("genres")),
              ElementsAre("Action 2", "Comedy 1"))
      << "an exclusion holds everywhere";
}

TEST(Catalog, FacetCountsEqualPlainCounting) {
  std::vector<Anime> records;
  for (std::uint32_t i = 1; i <= 3000; ++i) {
    Anime a = record("T" + std::to_string(i), i, {"G" + std::to_string(i % 7)});
    a.tags = {{"t" + std::to_string(i % 400), false}, {"u" + std::to_string(i % 3), false}};
    if (i % 11 == 0) a.genres.push_back("Hentai");
    records.push_back(std::move(a));
  }
  const Catalog catalog(records);
  for (int modulus : {1, 2, 50}) {
    DocSet within(catalog.size());
    for (DocId doc = 0; doc < catalog.size(); doc += static_cast<DocId>(modulus)) {
      within.insert(doc);
    }
    std::map<std::string, std::size_t> plain;
    within.for_each([&](DocId doc) {
      if (catalog.level(doc) == Level::adult) return;
      for (const Tag& tag : catalog[doc].tags) ++plain[tag.name];
    });
    std::map<std::string, std::size_t> counted;
    const Facets facets = catalog.facets({}, within, {.max_values = 0});
    for (const FacetCount& f : facets.at("tags")) {
      counted[f.value] = f.count;
    }
    EXPECT_EQ(counted, plain);
    EXPECT_EQ(catalog.facets({}, within, {.max_values = 5}).at("tags").size(), 5U);
  }
}

TEST(Catalog, PopularityIsAShareWithinTheSourceOfTheFigures) {
  auto records = five();
  records[3].provenance = {{"*", "test"}, {"members", "other"}};
  const Catalog catalog(records);
  const auto of = [&](const char* id) { return catalog.popularity(*catalog.find(id)); };
  EXPECT_FLOAT_EQ(of("mal:1"), 2.0F / 3);
  EXPECT_FLOAT_EQ(of("mal:2"), 1.0F / 3);
  EXPECT_FLOAT_EQ(of("mal:3"), 0);
  EXPECT_FLOAT_EQ(of("mal:4"), 0) << "alone in its source";
  EXPECT_FLOAT_EQ(of("mal:5"), 0) << "unknown";
}

TEST(Catalog, FranchiseMembersStandInOrderOfAiring) {
  auto records = five();
  records[0].aired_from = "1999-04-01";
  records[1].aired_from = "1998";
  relate(records[0], RelationKind::sequel, 2);
  relate(records[1], RelationKind::side_story, 5);
  const Catalog catalog(records);
  EXPECT_EQ(catalog.franchise_count(), 3U);
  const auto members = catalog.members(catalog.franchise(*catalog.find("mal:5")));
  std::vector<std::string> order;
  for (DocId doc : members) order.push_back(catalog[doc].titles.romaji);
  EXPECT_THAT(order, ElementsAre("Two", "One", "Five"));
}

TEST(Catalog, TermsAreInternedUnderTheirUsualSpelling) {
  const Catalog catalog(five());
  using Field = Catalog::TermField;
  EXPECT_EQ(catalog.term_count(Field::genres), 5U);
  EXPECT_EQ(catalog.term_name(Field::genres, 0), "Action");
  EXPECT_EQ(catalog.document_frequency(Field::genres, 0), 2U);
  EXPECT_EQ(catalog.terms(Field::genres, *catalog.find("mal:1")).size(), 2U);
  EXPECT_THAT(catalog.terms(Field::tags, *catalog.find("mal:2")), IsEmpty());
}

TEST(Catalog, AnEmptyOneAnswersEverything) {
  const Catalog catalog({});
  EXPECT_EQ(catalog.size(), 0U);
  EXPECT_EQ(catalog.franchise_count(), 0U);
  EXPECT_EQ(catalog.matching({}).count(), 0U);
  EXPECT_THAT(catalog.facets({}, catalog.visible(Level::adult)).at("genres"), IsEmpty());
}

TEST(AnimeEnums, EveryNameIsReadBack) {
  for (AnimeType v : all_anime_types()) EXPECT_EQ(parse_anime_type(to_string(v)), v);
  for (AiringStatus v : all_airing_statuses()) EXPECT_EQ(parse_airing_status(to_string(v)), v);
  for (Season v : all_seasons()) EXPECT_EQ(parse_season(to_string(v)), v);
  for (AgeRating v : all_age_ratings()) EXPECT_EQ(parse_age_rating(to_string(v)), v);
  for (RelationKind v : all_relation_kinds()) EXPECT_EQ(parse_relation_kind(to_string(v)), v);
  EXPECT_EQ(parse_age_rating("R - 17+ (violence & profanity)"), AgeRating::r17);
  EXPECT_EQ(parse_age_rating("R+ - Mild Nudity"), AgeRating::r_plus);
  EXPECT_EQ(parse_age_rating("Rx - Hentai"), AgeRating::rx);
  EXPECT_EQ(parse_age_rating("G - All Ages"), AgeRating::g);
  EXPECT_EQ(parse_relation_kind("SIDE_STORY"), RelationKind::side_story);
  EXPECT_EQ(parse_anime_type("TV Special"), AnimeType::tv_special);
  EXPECT_EQ(parse_anime_type("opera"), std::nullopt);
}

TEST(FoldName, LowersLettersOfOurScriptsAndCollapsesSpace) {
  EXPECT_EQ(fold_name("  Slice  of\tLIFE "), "slice of life");
  EXPECT_EQ(fold_name("Ёлка ÀÉ ŌŪ ΑΩ"), "елка àé ōū αω");
  EXPECT_EQ(fold_name("進撃の巨人"), "進撃の巨人");
  EXPECT_EQ(fold_name("\xff\xc3"), "\xff\xc3");
}

TEST(NameWords, SplitAtPunctuationAndKeepTheWholePiece) {
  EXPECT_THAT(name_words("Yu☆Gi☆Oh! 5D's 2011"), ElementsAre("5ds", "yugioh"));
  EXPECT_THAT(name_words("K-On!!"), ElementsAre("kon"));
  EXPECT_THAT(name_words("Fate/Zero 2nd"), ElementsAre("2nd", "fate", "fatezero", "zero"));
}

}  // namespace
}  // namespace anireco
