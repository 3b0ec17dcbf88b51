// What generations consist of in PostgreSQL, and what derived engines are owed.

#include "fulltext/postgres/postgres_content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <pqxx/pqxx>

#include "base/child_process.h"
#include "base/error.h"
#include "base/hash.h"
#include "catalog/anime_id.h"
#include "catalog/anime_json.h"
#include "catalog/postgres/content_tables.h"
#include "catalog/postgres/outbox.h"
#include "catalog/postgres/postgres_store.h"
#include "catalog/postgres/test_server.h"
#include "fulltext/postgres/postgres_full_text_index.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<Anime> records(const std::string& word, std::size_t count) {
  std::vector<Anime> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i].id = make_anime_id("test:" + std::to_string(i));
    out[i].titles.romaji = word + " \"quoted\" \\ 'and' " + std::to_string(i);
  }
  std::ranges::sort(out, {}, &Anime::id);
  return out;
}

std::string hash_of(const std::vector<Anime>& list) {
  std::string lines;
  for (const Anime& record : list) lines += to_json(record) + "\n";
  return sha256_hex(lines);
}

class PostgresContents : public ::testing::Test {
 protected:
  void SetUp() override {
    ANIRECO_NEED_POSTGRES();
    pool_ = TestServer::shared().new_pool();
  }

  Generation publish(std::uint64_t number, const std::vector<Anime>& list) {
    const Generation generation{
        .number = number, .content_hash = hash_of(list), .model_fingerprint = ""};
    put_content(*pool_, generation.content_hash, Catalog(list));
    PostgresStore(pool_).publish(generation);
    return generation;
  }
  int number(const std::string& sql) {
    int out = 0;
    pool_->read(
        [&](pqxx::transaction_base& transaction) { out = transaction.exec1(sql)[0].as<int>(); });
    return out;
  }
  void execute(const std::string& sql) {
    pool_->write([&](pqxx::transaction_base& transaction) { transaction.exec(sql); });
  }
  /// As if a minute had passed since they were superseded.
  void age() { execute("UPDATE generation SET superseded = superseded - interval '2 min'"); }

  std::shared_ptr<PostgresPool> pool_;
};

TEST_F(PostgresContents, AreReadAsTheyWerePublishedWhateverTheRecordSaysByNow) {
  const auto first = records("first", 30);
  const Generation one = publish(1, first);
  const Generation two = publish(2, records("second", 20));
  const auto read = read_generation_records(*pool_, one);
  ASSERT_EQ(read.size(), first.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].id, first[i].id);
    EXPECT_EQ(read[i].titles, first[i].titles);
  }
  EXPECT_THAT(read_generation_records(*pool_, two), SizeIs(20));
  EXPECT_EQ(find_content(*pool_, two.content_hash).documents, 20U);
}

TEST_F(PostgresContents, AreSharedByGenerationsThatAreEqual) {
  const auto list = records("same", 10);
  publish(1, list);
  const std::uint64_t content = find_content(*pool_, hash_of(list)).number;
  publish(2, list);
  EXPECT_EQ(find_content(*pool_, hash_of(list)).number, content);
}

TEST_F(PostgresContents, OfOtherSettingsStayForThoseWhoSearchThemUntilAMinuteAfterThePublish) {
  const auto list = records("same", 10);
  publish(1, list);
  const std::uint64_t content = find_content(*pool_, hash_of(list)).number;
  const PostgresFullTextIndex searched(pool_, hash_of(list), {.candidates = 1, .cache_bytes = 0});
  PostgresContentOptions options;
  options.postings.bm25f.k1 = 2;
  const auto again = put_content(*pool_, hash_of(list), Catalog(list), options);
  EXPECT_NE(again.number, content);
  EXPECT_EQ(find_content(*pool_, hash_of(list)).number, again.number);
  PostgresStore store(pool_);
  store.publish({.number = 2, .content_hash = hash_of(list), .model_fingerprint = ""});
  EXPECT_THAT(searched.search({.text = "same", .limit = 10}), Not(IsEmpty()));
  EXPECT_EQ(number("SELECT count(*) FROM content WHERE replaced IS NOT NULL"), 1);
  execute(
      "UPDATE content SET replaced = replaced - interval '2 min';"
      "UPDATE generation SET published = published - interval '2 min'");
  store.publish({.number = 3, .content_hash = hash_of(list), .model_fingerprint = ""});
  EXPECT_EQ(number("SELECT count(*) FROM content"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'content\\_%'"), 4);
  EXPECT_EQ(find_content(*pool_, hash_of(list)).number, again.number);
}

TEST_F(PostgresContents, OfOlderGenerationsGoAfterAMinute) {
  const Generation one = publish(1, records("one", 5));
  publish(2, records("two", 5));
  publish(3, records("three", 5));
  EXPECT_THAT(read_generation_records(*pool_, one), SizeIs(5));
  age();
  publish(4, records("four", 5));
  EXPECT_EQ(number("SELECT count(*) FROM content"), 2);
  EXPECT_EQ(number("SELECT min(number) FROM generation"), 3);
  try {
    read_generation_records(*pool_, one);
    FAIL() << "still there";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
  }
}

TEST_F(PostgresContents, AreThereWholeOrNotAtAllAfterAKill) {
  const Generation one = publish(1, records("one", 5));
  const auto next = records("two", 5);
  for (const char* point :
       {"content.before_records", "content.before_text", "content.before_commit"}) {
    const pid_t child = start_child([&] {
      PostgresPool pool(pool_->options());
      put_content(pool, hash_of(next), Catalog(next), {.fault = kill_at(point)});
    });
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << point;
    EXPECT_THROW(find_content(*pool_, hash_of(next)), Error);
    EXPECT_THAT(read_generation_records(*pool_, one), SizeIs(5));
  }
  // Written, but the publish never came: the next one cleans up.
  put_content(*pool_, hash_of(next), Catalog(next));
  publish(2, records("three", 5));
  EXPECT_EQ(number("SELECT count(*) FROM content"), 2);
}

TEST_F(PostgresContents, AreCalledCorruptWhenARowWasChanged) {
  const Generation one = publish(1, records("one", 5));
  const ContentTables tables(find_content(*pool_, one.content_hash).number);
  for (const std::string& damage : {"UPDATE " + tables.record + " SET json = '{}' WHERE doc = 2",
                                    "DELETE FROM " + tables.record + " WHERE doc = 1",
                                    "DELETE FROM " + tables.record + " WHERE doc = 4"}) {
    execute(damage);
    try {
      read_generation_records(*pool_, one);
      FAIL() << damage;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::corrupt);
    }
  }
}

TEST_F(PostgresContents, TakeTitlesLargerThanADatabaseLikes) {
  auto list = records("huge", 2);
  std::string text;
  for (int i = 0; i < 90'000; ++i) text += "word" + std::to_string(i * 7919) + " ";
  list[1].synopses.push_back({"en", text, "x"});
  publish(1, list);
  EXPECT_EQ(find_content(*pool_, hash_of(list)).documents, 2U);
}

TEST_F(PostgresContents, OweDerivedEnginesTheNewestGenerationOnly) {
  Outbox outbox(*pool_);
  EXPECT_FALSE(outbox.take("a", std::chrono::seconds(60)));
  outbox.feed_again();
  EXPECT_THAT(outbox.pending(), IsEmpty());
  EXPECT_EQ(outbox.fed().number, 0U);
  publish(1, records("one", 1));
  const auto first = outbox.take("a", std::chrono::seconds(60));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->generation.number, 1U);
  EXPECT_FALSE(outbox.take("b", std::chrono::seconds(60))) << "somebody feeds it";
  EXPECT_TRUE(outbox.extend(*first, "a", std::chrono::seconds(60)));
  EXPECT_FALSE(outbox.extend(*first, "b", std::chrono::seconds(60)));
  outbox.give_back(*first);
  const auto retaken = outbox.take("b", std::chrono::seconds(60));
  ASSERT_TRUE(retaken);
  outbox.give_back(*first);
  EXPECT_FALSE(outbox.take("c", std::chrono::seconds(60))) << "only b gives it back";
  EXPECT_FALSE(outbox.done(*first)) << "it is b's";
  EXPECT_EQ(outbox.fed().number, 0U);
  EXPECT_TRUE(outbox.done(*retaken));
  EXPECT_FALSE(outbox.done(*retaken)) << "once";
  EXPECT_EQ(outbox.fed().number, 1U);

  publish(2, records("two", 1));
  const auto second = outbox.take("a", std::chrono::seconds(60));
  publish(3, records("three", 1));
  EXPECT_FALSE(outbox.extend(*second, "a", std::chrono::seconds(60))) << "superseded";
  ASSERT_THAT(outbox.pending(), SizeIs(1));
  EXPECT_EQ(outbox.pending()[0].generation.number, 3U);
  age();
  publish(4, records("four", 1));
  // Searches hold on to what was fed last, so it stays.
  EXPECT_EQ(outbox.fed().number, 1U);
  EXPECT_THAT(read_generation_records(*pool_, outbox.fed()), SizeIs(1));
  const auto taken = outbox.take("a", std::chrono::seconds(0));
  ASSERT_TRUE(taken);
  const auto after = outbox.take("b", std::chrono::seconds(60));
  ASSERT_TRUE(after) << "the time of a ran out";
  EXPECT_FALSE(outbox.done(*taken));
  EXPECT_FALSE(outbox.done(*second)) << "superseded";
  EXPECT_EQ(outbox.fed().number, 1U) << "and stays what was fed";
  EXPECT_TRUE(outbox.done(*after));
  EXPECT_EQ(outbox.fed().number, 4U);
  EXPECT_THAT(outbox.pending(), IsEmpty());
  outbox.feed_again();
  ASSERT_THAT(outbox.pending(), SizeIs(1));
  EXPECT_EQ(outbox.pending()[0].generation.number, 4U);
}

}  // namespace
}  // namespace anireco
