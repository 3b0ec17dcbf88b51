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

Contribution of(std::string source, Anime anime) {
  anime.provenance = {{"*", source}};
  return {std::move(source), std::move(anime)};
}

const SourceSizes kLive = {
    {"mal", 28000}, {"kitsu", 21000}, {"shikimori", 30000}, {"offline", 39000}, {"dump", 15000}};

TEST(Merge, SourcesAreBelievedInAWrittenOrderWhateverTheirSizes) {
  Anime a = titled("A", 1);
  a.genres = {"Drama"};
  const auto said = [&](std::string genre) {
    Anime other = a;
    other.genres = {std::move(genre)};
    return other;
  };
  std::vector<Contribution> all = {of("offline", said("Offline")),     of("kitsu", said("Kitsu")),
                                   of("shikimori", said("Shikimori")), of("dump", said("Dump")),
                                   of("jikan", said("Jikan")),         of("mal", said("Mal")),
                                   of("anireco", said("Ours"))};
  for (const std::string_view expected :
       {"Ours", "Mal", "Jikan", "Dump", "Shikimori", "Kitsu", "Offline"}) {
    EXPECT_EQ(merge_contributions(all, kLive).genres.at(0), expected);
    all.pop_back();
  }
}

TEST(Merge, ThemesMadeFromTagsCompleteEachOtherOnlyWhereNobodyStatesThem) {
  Anime kitsu = titled("A", 1);
  kitsu.themes = {"School"};
  Anime file = titled("A", 1);
  file.themes = {"School", "CGDCT"};
  EXPECT_THAT(merge_contributions({of("kitsu", kitsu), of("offline", file)}, kLive).themes,
              ElementsAre("School", "CGDCT"));
  Anime stated = titled("A", 1);
  stated.themes = {"Iyashikei"};
  EXPECT_THAT(
      merge_contributions({of("kitsu", kitsu), of("offline", file), of("shikimori", stated)}, kLive)
          .themes,
      ElementsAre("Iyashikei"));
}

TEST(Merge, FiguresComeFromTheLargestSourceThatCountsMembers) {
  Anime scored = titled("A", 1);
  scored.score = 9;
  Anime counted = titled("A", 1);
  counted.score = 8;
  counted.members = 500;
  Anime more = counted;
  more.members = 90'000;
  Anime merged = merge_contributions(
      {of("offline", scored), of("shikimori", scored), of("kitsu", counted)}, kLive);
  EXPECT_EQ(merged.members, 500U);
  EXPECT_FLOAT_EQ(merged.score, 8);
  EXPECT_EQ(field_source(merged, "members"), "kitsu");
  merged =
      merge_contributions({of("kitsu", counted), of("mal", more), of("offline", scored)}, kLive);
  EXPECT_EQ(merged.members, 90'000U);
  merged = merge_contributions({of("offline", scored), of("shikimori", titled("A", 1))}, kLive);
  EXPECT_FLOAT_EQ(merged.score, 9);
  EXPECT_EQ(field_source(merged, "score"), "offline");
}

TEST(Merge, ATitleDoesNotGoBackFromWhatAnySourceSaysOfIt) {
  Anime old = titled("A", 1);
  old.status = AiringStatus::upcoming;
  Anime now = old;
  now.status = AiringStatus::airing;
  EXPECT_EQ(merge_contributions({of("mal", old), of("kitsu", now)}, kLive).status,
            AiringStatus::airing);
  now.status = AiringStatus::finished;
  const Anime merged = merge_contributions({of("mal", old), of("kitsu", now)}, kLive);
  EXPECT_EQ(merged.status, AiringStatus::finished);
  EXPECT_EQ(field_source(merged, "status"), "kitsu");
}

TEST(Merge, OurOwnWordsYieldWhereThingsChange) {
  Anime written = titled("A", 1);
  written.episodes = 12;
  Anime live = written;
  live.episodes = 24;
  EXPECT_EQ(merge_contributions({of("anireco", written), of("kitsu", live)}, kLive).episodes, 24);
}

TEST(Merge, EverySourcesSynopsisAndRussianTitleAreKept) {
  Anime english = titled("A", 1);
  english.synopses = {{"en", "English.", "kitsu"}};
  Anime russian = titled("A", 1);
  russian.titles.russian = "А";
  russian.synopses = {{"ru", "По-русски.", "shikimori"}};
  const Anime merged = merge_contributions({of("kitsu", english), of("shikimori", russian)}, kLive);
  EXPECT_EQ(merged.titles.russian, "А");
  EXPECT_THAT(merged.synopses, UnorderedElementsAre(SourcedText{"en", "English.", "kitsu"},
                                                    SourcedText{"ru", "По-русски.", "shikimori"}));
}

TEST(Merge, ASourceThatCallsATitleAdultIsNamed) {
  Anime mild = titled("A", 1);
  Anime adult = mild;
  adult.adult_flag = true;
  const Anime merged = merge_contributions({of("mal", mild), of("shikimori", adult)}, kLive);
  EXPECT_EQ(level_of(merged), Level::adult);
  EXPECT_EQ(field_source(merged, "adult"), "shikimori");
}

TEST(Merge, OfRelationsToOneTitleTheOneThatSaysWhatItIsStays) {
  Anime vague = titled("A", 1);
  relate(vague, RelationKind::other, 2);
  relate(vague, RelationKind::other, 3);
  Anime exact = titled("A", 1);
  Relation sequel;
  sequel.kind = RelationKind::sequel;
  sequel.target = {.mal = 2, .shikimori = 2};
  exact.relations = {sequel};
  const Anime merged = merge_contributions({of("offline", vague), of("shikimori", exact)}, kLive);
  ASSERT_EQ(merged.relations.size(), 2U);
  EXPECT_THAT(merged.relations, ::testing::Contains(sequel));
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
