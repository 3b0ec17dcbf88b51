#include "catalog/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/level.h"
#include "catalog/test_records.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

Contribution ours() {
  Anime a = titled("Mushishi", 457);
  a.titles.russian = "Мастер муси";
  a.genres = {"Mystery"};
  a.members = 10;
  a.score = 9;
  a.tags = {{"spirits", false}};
  a.synopses = {{"en", "Ours.", "anireco"}};
  a.age_rating = AgeRating::pg;
  a.status = AiringStatus::airing;
  a.provenance = {{"*", "anireco"}};
  return {"anireco", a};
}

Contribution bulk() {
  Anime a = titled("Mushi-shi", 457);
  a.ids.anilist = 457;
  a.titles.synonyms = {"Мастер муси", "Bug Master"};
  a.genres = {"Adventure", "Mystery"};
  a.members = 900000;
  a.score = 8.6F;
  a.scored_by = 300;
  a.episodes = 26;
  a.tags = {{"Spirits", true}, {"travel", false}};
  a.synopses = {{"en", "Theirs.", "mapper"}};
  a.age_rating = AgeRating::pg13;
  a.status = AiringStatus::finished;
  a.provenance = {{"*", "bulk"}, {"genres", "derived"}};
  return {"bulk", a};
}

const SourceSizes kSizes = {{"anireco", 100}, {"bulk", 28000}};

TEST(Merge, DoesNotDependOnTheOrderOfTheSources) {
  EXPECT_EQ(merge_contributions({ours(), bulk()}, kSizes),
            merge_contributions({bulk(), ours()}, kSizes));
}

TEST(Merge, OurWordsComeFirstAndTheLargestSourceGivesTheFigures) {
  const Anime a = merge_contributions({bulk(), ours()}, kSizes);
  EXPECT_EQ(a.titles.romaji, "Mushishi");
  EXPECT_THAT(a.titles.synonyms, ElementsAre("Mushi-shi", "Bug Master"));
  EXPECT_THAT(a.genres, ElementsAre("Mystery"));
  EXPECT_THAT(a.tags, ElementsAre(Tag{"spirits", true}, Tag{"travel", false}));
  EXPECT_THAT(a.synopses, ElementsAre(SourcedText{"en", "Ours.", "anireco"},
                                      SourcedText{"en", "Theirs.", "mapper"}));
  EXPECT_EQ(a.members, 900000U);
  EXPECT_FLOAT_EQ(a.score, 8.6F);
  EXPECT_EQ(a.status, AiringStatus::finished);
  EXPECT_EQ(a.age_rating, AgeRating::pg13);
  EXPECT_EQ(a.ids.anilist, 457U);
  EXPECT_EQ(field_source(a, "members"), "bulk");
  EXPECT_EQ(field_source(a, "titles.romaji"), "anireco");
  EXPECT_EQ(field_source(a, "genres"), "anireco");
}

TEST(Merge, AnAdultTitleStaysAdultWhoeverDescribesItElsewise) {
  Contribution adult = bulk();
  adult.anime.genres = {"Hentai"};
  EXPECT_EQ(level_of(merge_contributions({ours(), adult}, kSizes)), Level::adult);
}

TEST(Merge, RelationsOfTheirOwnSourceAreAddedToTheRecord) {
  Anime relations;
  relations.ids.mal = 457;
  relate(relations, RelationKind::sequel, 21939);
  const Anime a = merge_contributions({{"relations", relations}, bulk()}, kSizes);
  EXPECT_EQ(a.relations.size(), 1U);
  EXPECT_EQ(a.titles.romaji, "Mushi-shi");
  EXPECT_EQ(field_source(a, "relations"), "relations");
  EXPECT_EQ(field_source(a, "genres"), "derived");
  EXPECT_EQ(field_source(a, "score"), "bulk");
}

TEST(Merge, TheStrongestCommonSiteDecidesWhetherTwoAreOne) {
  EXPECT_EQ(match_ids({.mal = 1, .anilist = 5}, {.mal = 1, .anilist = 6}), IdMatch::same);
  EXPECT_EQ(match_ids({.mal = 1, .anilist = 5}, {.mal = 2, .anilist = 5}), IdMatch::different);
  EXPECT_EQ(match_ids({.mal = 1}, {.anilist = 5}), IdMatch::unrelated);
  EXPECT_EQ(match_ids({.kitsu = 9, .imdb = "tt1"}, {.mal = 2, .imdb = "tt1"}), IdMatch::same);
  EXPECT_EQ(match_ids({.mal = 1, .imdb = "tt1"}, {.mal = 2, .imdb = "tt1"}), IdMatch::different);
}

}  // namespace
}  // namespace anireco
