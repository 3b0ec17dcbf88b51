// What every CatalogStore promises, held against all of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "catalog/anime_id.h"
#include "catalog/memory_store.h"
#include "catalog/postgres/postgres_store.h"
#include "catalog/postgres/test_server.h"
#include "catalog/sqlite/sqlite_store.h"
#include "catalog/temporary_folder_test.h"
#include "catalog/test_records.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

enum class Kind { memory, sqlite, postgres };

class Stores : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    switch (GetParam()) {
      case Kind::memory:
        store_ = std::make_unique<MemoryStore>();
        break;
      case Kind::sqlite:
        store_ = std::make_unique<SqliteStore>(folder_.path() / "catalogue.db");
        break;
      case Kind::postgres:
        ANIRECO_NEED_POSTGRES();
        store_ = std::make_unique<PostgresStore>(TestServer::shared().new_pool());
        break;
    }
  }
  UpsertCounts put(const std::string& source, std::vector<Anime> records, bool create = true) {
    return store_->upsert(source, records, {.create = create});
  }

  TemporaryFolder folder_;
  std::unique_ptr<CatalogStore> store_;
};

INSTANTIATE_TEST_SUITE_P(All, Stores, ::testing::Values(Kind::memory, Kind::sqlite, Kind::postgres),
                         [](const auto& test) {
                           switch (test.param) {
                             case Kind::memory:
                               return std::string("Memory");
                             case Kind::sqlite:
                               return std::string("Sqlite");
                             case Kind::postgres:
                               break;
                           }
                           return std::string("Postgres");
                         });

Anime with_ids(std::string name, ExternalIds ids) {
  Anime a = titled(std::move(name));
  a.ids = std::move(ids);
  return a;
}

TEST_P(Stores, GiveBackWhatTheyWereGiven) {
  Anime record = full_record();
  record.former_ids.clear();
  const auto counts = put("anireco", {record});
  EXPECT_EQ(counts.added, 1U);
  ASSERT_THAT(store_->load(), ElementsAre(record));
  EXPECT_EQ(store_->count(), 1U);
}

TEST_P(Stores, AssignAnIdThatDependsOnTheFirstExternalIdOnly) {
  put("a", {titled("One", 1)});
  EXPECT_EQ(store_->load()[0].id, make_anime_id("mal:1"));
  put("a", {titled("One renamed", 1)});
  EXPECT_EQ(store_->load()[0].id, make_anime_id("mal:1"));
}

TEST_P(Stores, CountWhatIsNewChangedAndTheSame) {
  put("a", {titled("One", 1), titled("Two", 2)});
  const auto counts = put("a", {titled("One", 1), titled("Deux", 2), titled("Three", 3)});
  EXPECT_EQ(counts.added, 1U);
  EXPECT_EQ(counts.changed, 1U);
  EXPECT_EQ(counts.unchanged, 1U);
  EXPECT_EQ(store_->count(), 3U);
}

TEST_P(Stores, MergeWhatSeveralSourcesSayOfATitle) {
  put("bulk", {titled("Mushi-shi", 457)});
  put("anireco", {titled("Mushishi", 457)});
  const auto records = store_->load();
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].titles.romaji, "Mushishi");
  EXPECT_THAT(records[0].titles.synonyms, ElementsAre("Mushi-shi"));
}

TEST_P(Stores, KeepTitlesWithDifferentMalIdsApartThoughTheyShareAnother) {
  put("a", {with_ids("One", {.mal = 1, .anilist = 9}), with_ids("Two", {.mal = 2, .anilist = 9})});
  EXPECT_EQ(store_->count(), 2U);
  const auto again = put(
      "a", {with_ids("One", {.mal = 1, .anilist = 9}), with_ids("Two", {.mal = 2, .anilist = 9})});
  EXPECT_EQ(again.unchanged, 2U);
}

TEST_P(Stores, JoinTwoTitlesThatARecordProvesToBeOneAndRememberTheFormerId) {
  put("a", {with_ids("One", {.mal = 1})});
  put("b", {with_ids("Eins", {.anilist = 5})});
  EXPECT_EQ(store_->count(), 2U);
  put("c", {with_ids("Uno", {.mal = 1, .anilist = 5})});
  const auto records = store_->load();
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].id, make_anime_id("mal:1"));
  EXPECT_THAT(records[0].former_ids, ElementsAre(make_anime_id("anilist:5")));
  EXPECT_EQ(records[0].ids.anilist, 5U);
  // The former id still leads there.
  Anime late = titled("One more name");
  late.id = make_anime_id("anilist:5");
  put("d", {late});
  EXPECT_EQ(store_->count(), 1U);
}

TEST_P(Stores, KeepBothStatementsOfASourceAboutWhatProvedToBeOneTitle) {
  put("a", {with_ids("One", {.mal = 1}), with_ids("Eins", {.anilist = 5})});
  put("c", {with_ids("Uno", {.mal = 1, .anilist = 5})});
  ASSERT_THAT(store_->load(), SizeIs(1));
  EXPECT_THAT(store_->load()[0].titles.synonyms, SizeIs(2));
}

TEST_P(Stores, ReplaceASourcesRecordWhenItLearnsAStrongerId) {
  put("a", {with_ids("Kitsu name", {.kitsu = 7})});
  put("a", {with_ids("Mal name", {.mal = 1, .kitsu = 7})});
  const auto records = store_->load();
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].titles.romaji, "Mal name");
  EXPECT_THAT(records[0].titles.synonyms, IsEmpty());
}

TEST_P(Stores, RecogniseTitlesWithoutAnyIdByNameTypeAndYear) {
  put("a", {titled("My  Film"), titled("Other film")});
  EXPECT_EQ(put("b", {titled("my film")}).changed, 1U);
  EXPECT_EQ(store_->count(), 2U);
}

TEST_P(Stores, ForgetAnIdThatASourceHasCorrected) {
  put("a", {with_ids("One", {.mal = 1, .anilist = 5})});
  put("a", {with_ids("One", {.mal = 1, .anilist = 6})});
  put("b", {with_ids("Five", {.anilist = 5})});
  EXPECT_EQ(store_->count(), 2U);
}

TEST_P(Stores, SkipUnknownTitlesWhenNoneMayBeAdded) {
  put("a", {titled("One", 1)});
  Anime known;
  known.ids.mal = 1;
  relate(known, RelationKind::sequel, 2);
  Anime unknown;
  unknown.ids.mal = 2;
  const auto counts = put("relations", {known, unknown}, false);
  EXPECT_EQ(counts.changed, 1U);
  EXPECT_EQ(counts.skipped, 1U);
  EXPECT_THAT(store_->load()[0].relations, SizeIs(1));
}

TEST_P(Stores, KeepVectorsByModelAndText) {
  const std::vector<StoredVector> vectors = {{{1, 2}, {1, 2, 3}}, {{3, 4}, {4, 5, 6}}};
  store_->put_vectors("model-a", vectors);
  store_->put_vectors("model-a", vectors);
  const TextHash wanted[] = {{1, 2}, {9, 9}};
  const auto found = store_->vectors("model-a", wanted);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].values, vectors[0].values);
  EXPECT_THAT(store_->vectors("model-b", wanted), IsEmpty());
  EXPECT_THAT(store_->missing_vectors("model-a", wanted), ElementsAre(TextHash{9, 9}));
  EXPECT_THAT(store_->missing_vectors("model-b", wanted), SizeIs(2));
  store_->put_vectors("model-b", std::span(vectors).first(1));
  store_->prune_vectors("model-a", std::span(&vectors[1].text, 1));
  EXPECT_THAT(store_->vectors("model-a", wanted), IsEmpty());
  EXPECT_THAT(store_->vectors("model-b", wanted), IsEmpty());
  EXPECT_THAT(store_->vectors("model-a", std::span(&vectors[1].text, 1)), SizeIs(1));
}

TEST_P(Stores, FindThousandsOfVectorsAtOnce) {
  std::vector<StoredVector> vectors;
  std::vector<TextHash> hashes;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    hashes.push_back({i * 77, i});
    vectors.push_back({hashes.back(), {static_cast<std::uint16_t>(i)}});
  }
  store_->put_vectors("m", vectors);
  EXPECT_THAT(store_->vectors("m", hashes), SizeIs(5000));
  hashes.resize(3000);
  EXPECT_THAT(store_->vectors("m", hashes), SizeIs(3000));
}

TEST_P(Stores, PublishGenerationsOneByOne) {
  EXPECT_EQ(store_->generation().number, 0U);
  store_->publish(
      {.number = 1, .content_hash = "h", .model_fingerprint = "m", .vectors_complete = true});
  const Generation current = store_->generation();
  EXPECT_EQ(current.number, 1U);
  EXPECT_EQ(current.content_hash, "h");
  EXPECT_EQ(current.model_fingerprint, "m");
  EXPECT_TRUE(current.vectors_complete);
  EXPECT_THROW(store_->publish({.number = 3, .content_hash = "", .model_fingerprint = ""}), Error);
}

TEST_P(Stores, LetOneWriterInAtATime) {
  auto lock = store_->lock_for_writing();
  EXPECT_THROW(store_->lock_for_writing(), Error);
  lock.reset();
  EXPECT_NO_THROW(store_->lock_for_writing());
}

TEST_P(Stores, TakeBackWholeTitlesWithWhatEachSourceSays) {
  put("a", {with_ids("One", {.mal = 1}), with_ids("Eins", {.anilist = 5}), titled("No id")});
  put("b", {with_ids("Uno", {.mal = 1, .anilist = 5}), titled("Two", 2)});
  Anime named = titled("By our id");
  named.id = "abcdefghij";
  put("c", {named});
  const std::vector<TitleRecord> titles = store_->load_titles();
  ASSERT_THAT(titles, SizeIs(4));

  MemoryStore other;
  EXPECT_EQ(other.upsert_titles(titles).added, 4U);
  EXPECT_EQ(other.load_titles(), titles);
  EXPECT_EQ(store_->upsert_titles(titles).unchanged, 4U);
  std::vector<TitleRecord> changed = titles;
  for (TitleRecord& title : changed) {
    for (SourceRecord& said : title.contributions) said.record.synopses = {{"en", "New.", "x"}};
  }
  EXPECT_EQ(store_->upsert_titles(changed).changed, 4U);
  other.upsert_titles(changed);
  EXPECT_EQ(store_->load_titles(), other.load_titles());
}

TEST_P(Stores, DoTheSameAsTheTwinInMemoryOverManyStatements) {
  MemoryStore twin;
  std::mt19937 random(11);  // NOLINT: a fixed seed, so that a failure can be repeated.
  const auto id = [&](std::uint32_t most) {
    return static_cast<std::uint32_t>(random() % 3 == 0 ? 0 : 1 + random() % most);
  };
  for (int round = 0; round < 12; ++round) {
    std::vector<Anime> records;
    for (int i = 0; i < 40; ++i) {
      Anime record = with_ids("Name " + std::to_string(random() % 30),
                              {.mal = id(25), .anilist = id(25), .kitsu = id(25)});
      if (random() % 9 == 0)
        record.former_ids = {make_anime_id("old:" + std::to_string(random() % 5))};
      records.push_back(std::move(record));
    }
    const std::string source = "source" + std::to_string(round % 3);
    const bool create = round % 4 != 3;
    const UpsertCounts a = put(source, records, create);
    const UpsertCounts b = twin.upsert(source, records, {.create = create});
    EXPECT_EQ(a.added, b.added);
    EXPECT_EQ(a.changed, b.changed);
    EXPECT_EQ(a.unchanged, b.unchanged);
    EXPECT_EQ(a.skipped, b.skipped);
    ASSERT_EQ(store_->load_titles(), twin.load_titles()) << "round " << round;
    EXPECT_EQ(store_->count(), twin.count());
  }
}

}  // namespace
}  // namespace anireco
