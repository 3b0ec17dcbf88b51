// What every CatalogStore promises, held against both of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "catalog/anime_id.h"
#include "catalog/memory_store.h"
#include "catalog/sqlite/database.h"
#include "catalog/sqlite/schema.h"
#include "catalog/sqlite/sqlite_store.h"
#include "catalog/test_records.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "anireco-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Stores : public ::testing::TestWithParam<bool> {
 protected:
  Stores() {
    if (GetParam()) {
      store_ = std::make_unique<SqliteStore>(folder_.path() / "catalogue.db");
    } else {
      store_ = std::make_unique<MemoryStore>();
    }
  }
  UpsertCounts put(const std::string& source, std::vector<Anime> records, bool create = true) {
    return store_->upsert(source, records, {.create = create});
  }

  TemporaryFolder folder_;
  std::unique_ptr<CatalogStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Both, Stores, ::testing::Bool(), [](const auto& test) {
  return test.param ? std::string("Sqlite") : std::string("Memory");
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

class SqliteStores : public ::testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / "catalogue.db"; }
  TemporaryFolder folder_;
};

ErrorKind kind_of_opening(const std::filesystem::path& path) {
  try {
    SqliteStore store(path);
    store.load();
    store.check_integrity();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "opened without a complaint";
  return ErrorKind::internal;
}

TEST_F(SqliteStores, SurviveClosingAndLetReadersSeeTheWriter) {
  {
    SqliteStore store(file());
    const std::vector<Anime> one = {titled("One", 1)};
    store.upsert("a", one);
  }
  SqliteStore writer(file());
  SqliteStore reader(file());
  EXPECT_EQ(reader.count(), 1U);
  const std::vector<Anime> two = {titled("Two", 2)};
  writer.upsert("a", two);
  EXPECT_EQ(reader.count(), 2U);
  EXPECT_NO_THROW(reader.check_integrity());
}

TEST_F(SqliteStores, NameTheHolderOfTheLock) {
  SqliteStore first(file());
  SqliteStore second(file());
  const auto lock = first.lock_for_writing();
  try {
    second.lock_for_writing();
    FAIL() << "two writers";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_THAT(error.what(), HasSubstr("pid " + std::to_string(::getpid())));
    EXPECT_THAT(error.what(), HasSubstr(" since 2"));
  }
}

TEST_F(SqliteStores, MigrateAnOlderFileAndKeepWhatItHolds) {
  {
    Database database(file());
    migrate(database, 1);
    EXPECT_EQ(database.number("PRAGMA user_version"), 1);
    database.execute(
        "INSERT INTO title (id) VALUES ('abcdefghij');"
        "INSERT INTO contribution (title, source, key, json) VALUES ('abcdefghij', 'a', 'mal:1', "
        "'{\"ids\":{\"mal\":1},\"titles\":{\"romaji\":\"Old\"}}');"
        "INSERT INTO identity VALUES ('mal:1', 'abcdefghij');"
        "UPDATE generation SET number = 4, content_hash = 'h';");
  }
  SqliteStore store(file());
  const auto records = store.load();
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].id, "abcdefghij");
  EXPECT_EQ(records[0].titles.romaji, "Old");
  EXPECT_EQ(store.generation().number, 4U);
  EXPECT_FALSE(store.generation().vectors_complete);
  store.put_vectors("m", std::vector<StoredVector>{{{1, 1}, {1}}});
  Database database(file());
  EXPECT_EQ(database.number("PRAGMA user_version"), kSchemaVersion);
}

TEST_F(SqliteStores, RefuseANewerFileAndSomebodyElses) {
  {
    SqliteStore store(file());
    Database database(file());
    database.execute("PRAGMA user_version = 99");
  }
  try {
    SqliteStore store(file());
    FAIL() << "opened a newer file";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(error.what(), HasSubstr("newer"));
  }
  const auto other = folder_.path() / "other.db";
  {
    Database database(other);
    database.execute("CREATE TABLE bills (sum INTEGER)");
  }
  EXPECT_EQ(kind_of_opening(other), ErrorKind::invalid_argument);
}

TEST_F(SqliteStores, CallADamagedFileCorrupt) {
  const auto text = folder_.path() / "text.db";
  write_file_atomic(text, std::string(20000, 'x'));
  EXPECT_EQ(kind_of_opening(text), ErrorKind::corrupt);

  {
    SqliteStore store(file());
    std::vector<Anime> records;
    for (std::uint32_t i = 1; i < 2000; ++i) records.push_back(titled("Title number", i));
    store.upsert("a", records);
  }
  std::string bytes = read_file(file());
  std::mt19937 random(7);  // NOLINT: a fixed seed, so that a failure can be repeated.
  for (int round = 0; round < 20; ++round) {
    std::string broken = bytes;
    // Whole pages of rubbish from the second on: page sums are not SQLite's, structure is.
    for (int page = 0; page < 3; ++page) {
      const std::size_t at = 4096 + random() % (broken.size() / 4096 - 1) * 4096;
      for (std::size_t i = 0; i < 4096; ++i) broken[at + i] = static_cast<char>(random());
    }
    write_file_atomic(file(), broken);
    EXPECT_EQ(kind_of_opening(file()), ErrorKind::corrupt);
  }
  write_file_atomic(file(), bytes.substr(0, 4096 * 5));
  EXPECT_EQ(kind_of_opening(file()), ErrorKind::corrupt);
}

TEST_F(SqliteStores, CallARecordThatIsNoneCorrupt) {
  {
    SqliteStore store(file());
    Database database(file());
    database.execute(
        "INSERT INTO title (id) VALUES ('abcdefghij');"
        "INSERT INTO contribution (title, source, key, json) VALUES ('abcdefghij', 'a', 'k', "
        "'{');");
  }
  EXPECT_EQ(kind_of_opening(file()), ErrorKind::corrupt);
}

TEST_F(SqliteStores, ServeSeveralThreadsWhileOneWrites) {
  SqliteStore store(file());
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    SqliteStore other(file());
    std::size_t seen = 0;
    while (!done) {
      const std::size_t now = other.load().size();
      EXPECT_GE(now, seen);
      EXPECT_EQ(now % 50, 0U) << "half a transaction";
      seen = now;
    }
  });
  for (std::uint32_t batch = 0; batch < 20; ++batch) {
    std::vector<Anime> records;
    for (std::uint32_t i = 1; i <= 50; ++i) records.push_back(titled("T", batch * 50 + i));
    store.upsert("a", records);
  }
  done = true;
}

}  // namespace
}  // namespace anireco
