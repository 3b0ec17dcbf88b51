#include "fulltext/title_index.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "fulltext/corrupt_file_test.h"
#include "fulltext/nearest_words.h"
#include "fulltext/title_file.h"
#include "text/edit_distance.h"
#include "text/unicode.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

Anime named(std::string romaji, std::uint32_t members) {
  Anime anime;
  anime.titles.romaji = std::move(romaji);
  anime.members = members;
  return anime;
}

/// Sorted by id, so documents are numbered as written here.
std::vector<Anime> some_titles() {
  std::vector<Anime> records;
  records.push_back(named("Mushishi", 900));
  records.push_back(named("Shingeki no Kyojin", 2000));
  records[1].titles.english = "Attack on Titan";
  records[1].titles.russian = "Атака титанов";
  records[1].titles.native = "進撃の巨人";
  records.push_back(named("Code Geass: Hangyaku no Lelouch", 1800));
  records.push_back(named("Code Geass: Hangyaku no Lelouch R2", 1700));
  records.push_back(named("Kimetsu no Yaiba", 1900));
  records[4].titles.russian = "Клинок, рассекающий демонов";
  records[4].titles.english = "Demon Slayer";
  records.push_back(named("Monster", 1500));
  records.push_back(named("MONSTER", 10));
  records.push_back(named("Sen to Chihiro no Kamikakushi", 1600));
  records[7].titles.russian = "Унесённые призраками";
  records[7].titles.synonyms = {"Spirited Away"};
  records.push_back(named("Naruto", 1950));
  records.push_back(named("Naruto: Shippuuden", 1850));
  records.push_back(named("Yakusoku no Neverland 2nd Season", 800));
  records[10].titles.english = "The Promised Neverland Season 2";
  records.push_back(named("Fullmetal Alchemist: Brotherhood", 2100));
  records.push_back(named("Alchemy Supreme", 5));
  records.push_back(named("Kino", 50));
  for (std::size_t i = 0; i < records.size(); ++i) records[i].id = fmt::format("id{:03}", i);
  return records;
}

class TitleIndexTest : public ::testing::Test {
 protected:
  TitleMatch first(std::string_view text, bool prefixes = false) const {
    const auto matches = index_.find({.text = text, .prefixes = prefixes});
    TitleMatch none;
    none.doc = kNone;
    return matches.empty() ? none : matches.front();
  }
  void expect_first(std::string_view text, DocId doc, TitleMatchKind kind, int typos = 0) const {
    const TitleMatch match = first(text);
    EXPECT_EQ(match.doc, doc) << text << ": " << match.title;
    EXPECT_EQ(static_cast<int>(match.kind), static_cast<int>(kind)) << text;
    EXPECT_EQ(match.typos, typos) << text;
  }

  static constexpr DocId kNone = 9999;
  Catalog catalog_{some_titles()};
  TitleIndex index_{catalog_};
};

TEST_F(TitleIndexTest, FindsWholeTitlesInEveryLanguageAndSpelling) {
  expect_first("mushishi", 0, TitleMatchKind::exact);
  expect_first("  MUSHISHI! ", 0, TitleMatchKind::exact);
  expect_first("Attack on Titan", 1, TitleMatchKind::exact);
  expect_first("атака ТИТАНОВ", 1, TitleMatchKind::exact);
  expect_first("進撃の巨人", 1, TitleMatchKind::exact);
  expect_first("Унесенные призраками", 7, TitleMatchKind::exact);
  expect_first("Унесённые призраками", 7, TitleMatchKind::exact);
  expect_first("spirited away", 7, TitleMatchKind::exact);
  EXPECT_EQ(first("spirited away").title, "Spirited Away");
}

TEST_F(TitleIndexTest, ReadsRomajiInEitherCyrillicSpelling) {
  expect_first("мушиши", 0, TitleMatchKind::exact);
  expect_first("мусиси", 0, TitleMatchKind::exact);
  expect_first("наруто", 8, TitleMatchKind::exact);
  expect_first("сингэки но кёдзин", 1, TitleMatchKind::exact);
}

TEST_F(TitleIndexTest, ReadsLongVowelsAsTheyAreOftenWritten) {
  expect_first("Naruto Shippuden", 9, TitleMatchKind::near, 1);
}

TEST_F(TitleIndexTest, ReadsCaseForms) {
  expect_first("атаки титанов", 1, TitleMatchKind::inflected);
  expect_first("клинка, рассекающего демонов", 4, TitleMatchKind::inflected);
}

TEST_F(TitleIndexTest, FindsTitlesByTheirHead) {
  expect_first("code geass", 2, TitleMatchKind::head);
  expect_first("promised neverland", 10, TitleMatchKind::head);
  expect_first("yakusoku no neverland", 10, TitleMatchKind::head);
  expect_first("naruto", 8, TitleMatchKind::exact);
}

TEST_F(TitleIndexTest, AllowsTyposByLength) {
  expect_first("mushihsi", 0, TitleMatchKind::near, 1);
  expect_first("mushhsii", kNone, TitleMatchKind::exact);
  expect_first("atack on titn", 1, TitleMatchKind::near, 2);
  expect_first("kina", kNone, TitleMatchKind::exact);
  expect_first("атака титанав", 1, TitleMatchKind::near, 1);
  EXPECT_TRUE(index_.find({.text = "mushihsi", .typos = false}).empty());
}

TEST_F(TitleIndexTest, TriesTheOtherKeyboardLayoutWhenNothingStrongIsFound) {
  const TitleMatch naruto = first("yfhenj");
  EXPECT_EQ(naruto.doc, 8U);
  EXPECT_TRUE(naruto.switched_layout);
  EXPECT_EQ(first("ьщтыеук").doc, 5U);
  EXPECT_FALSE(first("naruto").switched_layout);
  const TitleMatch begun = first("fnfrf", true);
  EXPECT_EQ(begun.doc, 1U);
  EXPECT_TRUE(begun.switched_layout);
}

TEST_F(TitleIndexTest, ALetterHeldDownNamesNothing) {
  EXPECT_TRUE(index_.find({.text = "нннннннн", .prefixes = true}).empty());
  EXPECT_TRUE(index_.find({.text = "yyyyyyyy", .prefixes = true}).empty());
  EXPECT_FALSE(index_.find({.text = "н", .prefixes = true}).empty());
}

TEST_F(TitleIndexTest, PutsTheBetterKnownOfEqualTitlesFirst) {
  const auto matches = index_.find({.text = "monster"});
  ASSERT_EQ(matches.size(), 2U);
  EXPECT_EQ(matches[0].doc, 5U);
  EXPECT_EQ(matches[1].doc, 6U);
  EXPECT_GT(matches[0].popularity, matches[1].popularity);
}

TEST_F(TitleIndexTest, HonoursTheFilterAndTheLimit) {
  DocSet allowed(catalog_.size(), true);
  allowed.erase(5);
  const auto matches = index_.find({.text = "monster", .allowed = &allowed});
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].doc, 6U);
  EXPECT_EQ(index_.find({.text = "n", .limit = 1, .prefixes = true}).size(), 1U);
  EXPECT_TRUE(index_.resolve("spirited away", &allowed).size() == 1);
  allowed.erase(7);
  EXPECT_TRUE(index_.resolve("spirited away", &allowed).empty());
  EXPECT_THROW(index_.find({.text = "n", .limit = 0}), Error);
}

TEST_F(TitleIndexTest, SuggestsByTheBeginningOfATitleOrOfAWord) {
  EXPECT_EQ(first("nar", true).doc, 8U);
  EXPECT_EQ(first("shingeki no k", true).doc, 1U);
  EXPECT_EQ(first("тит", true).doc, 1U);
  EXPECT_EQ(first("нару", true).doc, 8U);
  EXPECT_EQ(first("進", true).doc, 1U);
  const TitleMatch word = first("alchem", true);
  EXPECT_EQ(word.doc, 11U) << "far better known than the title that begins so";
  EXPECT_EQ(word.kind, TitleMatchKind::word);
  EXPECT_EQ(first("alchmi", true).doc, 11U) << "a beginning with a typo";
  EXPECT_TRUE(index_.find({.text = "nar"}).empty());
  const auto matches = index_.find({.text = "naruto", .prefixes = true});
  ASSERT_EQ(matches.size(), 2U) << "one match a document";
  EXPECT_EQ(matches[0].kind, TitleMatchKind::exact);
}

TEST_F(TitleIndexTest, ResolvesPhrasesAsTheyStand) {
  EXPECT_EQ(index_.resolve("Code Geass").at(0).doc, 2U);
  EXPECT_EQ(index_.resolve("атаки титанов").at(0).kind, TitleMatchKind::inflected);
  EXPECT_TRUE(index_.resolve("mushihsi").empty());
  EXPECT_TRUE(index_.resolve("yfhenj").empty());
  EXPECT_TRUE(index_.resolve("mush").empty());
  EXPECT_TRUE(index_.resolve("").empty());
  EXPECT_TRUE(index_.resolve(std::string(100000, 'a')).empty());
}

TEST_F(TitleIndexTest, AcceptsAnyText) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (std::size_t i = random() % 40; i > 0; --i) text += static_cast<char>(random());
    index_.find({.text = text, .prefixes = round % 2 == 0});
    index_.resolve(text);
  }
  index_.find({.text = std::string(100000, 'n'), .prefixes = true});
}

TEST_F(TitleIndexTest, FindsNearTitlesLikeComparingWithEveryName) {
  std::mt19937 random(4);
  for (int round = 0; round < 200; ++round) {
    const auto any = static_cast<DocId>(random() % catalog_.size());
    std::string text = fold_for_matching(catalog_[any].titles.romaji);
    for (std::size_t i = random() % 3; i > 0; --i) text[random() % text.size()] = 'q';
    const std::size_t allowed = typos_allowed(text.size());
    DocSet expected(catalog_.size());
    for (DocId doc = 0; doc < catalog_.size(); ++doc) {
      const std::string name = fold_for_matching(catalog_[doc].titles.romaji);
      if (edit_distance(text, name, allowed) <= allowed) expected.insert(doc);
    }
    DocSet found(catalog_.size());
    for (const TitleMatch& match : index_.find({.text = text, .limit = 100})) {
      if (match.title == catalog_[match.doc].titles.romaji && match.kind != TitleMatchKind::head &&
          !match.switched_layout) {
        found.insert(match.doc);
      }
    }
    expected.for_each([&](DocId doc) { EXPECT_TRUE(found.contains(doc)) << text; });
  }
}

TEST_F(TitleIndexTest, IsTheSameFromAFile) {
  const fs::path path = fs::path(::testing::TempDir()) / "titles_same";
  write_title_file(catalog_, path, 8);
  const TitleIndex opened = TitleIndex::open(path, catalog_);
  EXPECT_EQ(opened.generation(), 8U);
  for (const std::string text : {"monster", "наруто", "code", "yfhenj", "alchmi"}) {
    const auto a = opened.find({.text = text, .prefixes = true});
    const auto b = index_.find({.text = text, .prefixes = true});
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].title, b[i].title);
  }
  auto records = some_titles();
  records[0].titles.romaji = "Mushishi!";
  const Catalog other(records);
  EXPECT_THROW(TitleIndex::open(path, other), Error) << "a file of another catalogue";
  fs::remove(path);
}

TEST(TitleIndex, HoldsAnEmptyCatalogue) {
  const Catalog catalog(std::vector<Anime>{});
  const TitleIndex index(catalog);
  EXPECT_TRUE(index.find({.text = "anything", .prefixes = true}).empty());
}

TEST(TitleHead, EndsBeforeASubtitleOrASeason) {
  EXPECT_EQ(title_head("Code Geass: Hangyaku no Lelouch"), "Code Geass");
  EXPECT_EQ(title_head("Hunter x Hunter (2011)"), "Hunter x Hunter");
  EXPECT_EQ(title_head("Mob Psycho 100 II"), "Mob Psycho 100");
  EXPECT_EQ(title_head("Kaguya-sama wa Kokurasetai? 2nd Season"), "Kaguya-sama wa Kokurasetai?");
  EXPECT_EQ(title_head("Атака титанов 3 сезон"), "Атака титанов");
  EXPECT_EQ(title_head("Re:Zero kara Hajimeru Isekai Seikatsu"), "");
  EXPECT_EQ(title_head("Monster"), "");
  EXPECT_EQ(title_head("K: Missing Kings"), "") << "too short to be a name of its own";
  EXPECT_EQ(title_head(""), "");
}

class TitleFileTest : public ::testing::Test {
 protected:
  std::string file() const { return to_string(serialise_titles(catalog_, 3)); }
  OpenFile open_and_search() const {
    return [this](std::span<const std::byte> bytes) {
      const TitleIndex index = TitleIndex::over(bytes, catalog_);
      for (const char* text : {"naruto", "mushihsi", "code", "атаки титанов", "alchmi"}) {
        for (const TitleMatch& match : index.find({.text = text, .prefixes = true})) {
          ASSERT_LT(match.doc, catalog_.size());
        }
      }
    };
  }
  Catalog catalog_{[] {
    auto records = some_titles();
    records.resize(3);
    return records;
  }()};
};

TEST_F(TitleFileTest, RefusesEveryTruncation) {
  expect_truncations_refused(file(), open_and_search());
}
TEST_F(TitleFileTest, RefusesEveryFlippedByte) { expect_flips_refused(file(), open_and_search()); }
TEST_F(TitleFileTest, RefusesAnotherVersionByItsNumber) {
  expect_version_named(file(), open_and_search());
}
TEST_F(TitleFileTest, SurvivesCraftedFilesWithARightChecksum) {
  expect_crafted_survived(file(), open_and_search());
}

}  // namespace
}  // namespace anireco
