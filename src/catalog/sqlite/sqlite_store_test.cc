// What only the store in SQLite does.

#include "catalog/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "catalog/sqlite/database.h"
#include "catalog/sqlite/schema.h"
#include "catalog/temporary_folder_test.h"
#include "catalog/test_records.h"

namespace anireco {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

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
