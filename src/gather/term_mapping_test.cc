#include "gather/term_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "catalog/level.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kSmall =
    "term\tkind\tname\tnote\n"
    "school life\ttheme\tSchool\n"
    "food\tgenre\tGourmet\n"
    "food\ttag\tfood\n"
    "shounen\tdemographic\tShounen\n"
    "18 restricted\tadult\t-\ta mark\n"
    "based on a manga\tsource\tManga\n"
    "novel\tsource\tNovel\n"
    "earth\t-\t-\tsays nothing\n";

Anime applied(const TermMapping& mapping, const std::vector<std::string>& terms) {
  Anime anime;
  mapping.apply(terms, anime);
  return anime;
}

TEST(TermMapping, SortsTermsByKindWhateverTheirSpelling) {
  const Anime a =
      applied(TermMapping::parse(kSmall), {"School_Life", "school-life", "Food", "SHOUNEN"});
  EXPECT_THAT(a.themes, ElementsAre("School"));
  EXPECT_THAT(a.genres, ElementsAre("Gourmet"));
  EXPECT_THAT(a.demographics, ElementsAre("Shounen"));
  EXPECT_THAT(a.tags, ElementsAre(Tag{"food", false}));
  EXPECT_FALSE(a.adult_flag);
}

TEST(TermMapping, DropsWhatSaysNothingAndFlagsWhatIsForAdults) {
  const Anime a = applied(TermMapping::parse(kSmall), {"Earth", "18 restricted"});
  EXPECT_THAT(a.tags, IsEmpty());
  EXPECT_EQ(level_of(a), Level::adult);
}

TEST(TermMapping, KeepsAnUnknownTermAsATagBehindTheKnownOnesUnlessItIsOdd) {
  const Anime a = applied(TermMapping::parse(kSmall),
                          {"Bowling", "food", "Based on a Play", "日常", "x", "<b>bold</b>",
                           "a term of far too many words", std::string(60, 'a')});
  EXPECT_THAT(a.tags, ElementsAre(Tag{"food", false}, Tag{"bowling", false}));
}

TEST(TermMapping, ReadsTheSourceMaterialTheEarlierLineOfSeveral) {
  const TermMapping mapping = TermMapping::parse(kSmall);
  const Anime a = applied(mapping, {"novel", "Based on a Manga", "food"});
  EXPECT_EQ(a.source_material, "Manga");
  EXPECT_THAT(a.tags, ElementsAre(Tag{"food", false}));
  EXPECT_EQ(applied(mapping, {"food"}).source_material, "");
  Anime known;
  known.source_material = "Game";
  mapping.apply(std::vector<std::string>{"novel"}, known);
  EXPECT_EQ(known.source_material, "Game");
}

TEST(TermMapping, KeepsAtMostFortyTags) {
  std::vector<std::string> terms;
  for (int i = 0; i < 100; ++i) terms.push_back("tag number " + std::to_string(i));
  terms.emplace_back("food");
  const Anime a = applied(TermMapping::parse(kSmall), terms);
  ASSERT_EQ(a.tags.size(), TermMapping::kMostTags);
  EXPECT_EQ(a.tags[0].name, "food");
}

TEST(TermMapping, RefusesABrokenFileAndNamesTheLine) {
  for (const std::string row : {"one\tgenre\n", "one\tmood\tsad\n", "one\tgenre\t-\n",
                                "one\t-\tAction\n", "\tgenre\tAction\n", "a\tb\tc\td\te\n"}) {
    try {
      TermMapping::parse("term\tkind\tname\tnote\n" + row);
      FAIL() << row;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt);
      EXPECT_THAT(error.what(), ::testing::HasSubstr("line 2"));
    }
  }
}

TEST(TermMapping, HasAReviewedFileForEverySource) {
  for (const std::string_view source : {"mal", "kitsu", "offline", "shikimori", "jikan"}) {
    const Anime a = applied(TermMapping::builtin(source), {"Action", "School", "Shounen"});
    EXPECT_THAT(a.genres, ElementsAre("Action")) << source;
    EXPECT_THAT(a.themes, ElementsAre("School")) << source;
    EXPECT_THAT(a.demographics, ElementsAre("Shounen")) << source;
  }
  EXPECT_THROW(TermMapping::builtin("elsewhere"), Error);
}

}  // namespace
}  // namespace anireco
