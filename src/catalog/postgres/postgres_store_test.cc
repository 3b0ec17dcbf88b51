// What only the store in PostgreSQL does: two processes, a server that goes and comes, versions.

#include "catalog/postgres/postgres_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <iterator>
#include <pqxx/pqxx>
#include <set>
#include <thread>

#include "base/child_process.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/postgres/test_server.h"
#include "catalog/test_records.h"

namespace anireco {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::vector<Anime> titles(std::uint32_t from, std::uint32_t to) {
  std::vector<Anime> records;
  for (std::uint32_t i = from; i < to; ++i) records.push_back(titled("T", i));
  return records;
}

std::set<int> open_sockets() {
  std::set<int> sockets;
  for (int file = 0; file < 1024; ++file) {
    struct stat about = {};
    if (::fstat(file, &about) == 0 && S_ISSOCK(about.st_mode)) sockets.insert(file);
  }
  return sockets;
}

class PostgresStores : public ::testing::Test {
 protected:
  void SetUp() override { ANIRECO_NEED_POSTGRES(); }

  static std::shared_ptr<PostgresPool> pool_on(const std::string& url) {
    return std::make_shared<PostgresPool>(PostgresOptions{.url = url});
  }
  static void execute(PostgresPool& pool, const std::string& sql) {
    pool.write([&](pqxx::transaction_base& transaction) { transaction.exec(sql); });
  }
  static int number(PostgresPool& pool, const std::string& sql) {
    int out = 0;
    pool.read(
        [&](pqxx::transaction_base& transaction) { out = transaction.exec1(sql)[0].as<int>(); });
    return out;
  }
  static pid_t session_of_the_writer(PostgresPool& pool) {
    return number(
        pool,
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
  }
  static void end_session_of_the_writer(PostgresPool& pool) {
    const std::string session = std::to_string(session_of_the_writer(pool));
    execute(pool, "SELECT pg_terminate_backend(" + session + ", 60000)");
  }
};

TEST_F(PostgresStores, NameTheCommandThatMakesTheTables) {
  const auto pool = pool_on(TestServer::shared().new_database());
  EXPECT_THAT(message_of(ErrorKind::invalid_argument, [&] { PostgresStore store(pool); }),
              HasSubstr("anireco db migrate"));
  const PostgresMigration first = migrate_postgres(*pool);
  EXPECT_EQ(first.from, 0);
  EXPECT_EQ(first.to, kPostgresSchemaVersion);
  const PostgresMigration again = migrate_postgres(*pool);
  EXPECT_EQ(again.from, kPostgresSchemaVersion);
  EXPECT_EQ(again.to, kPostgresSchemaVersion);
  EXPECT_NO_THROW(PostgresStore store(pool));
}

TEST_F(PostgresStores, MigrateOlderTablesAndKeepWhatTheyHold) {
  const auto pool = pool_on(TestServer::shared().new_database());
  migrate_postgres(*pool, 1);
  execute(*pool,
          "INSERT INTO title (id) VALUES ('abcdefghij');"
          "INSERT INTO contribution VALUES ('abcdefghij', 'a', 'mal:1', "
          "'{\"ids\":{\"mal\":1},\"titles\":{\"romaji\":\"Old\"}}');"
          "INSERT INTO identity VALUES ('mal:1', 'abcdefghij');"
          "INSERT INTO generation VALUES (4, 'h', 'm', false)");
  EXPECT_THAT(message_of(ErrorKind::invalid_argument, [&] { PostgresStore store(pool); }),
              HasSubstr("anireco db migrate"));
  EXPECT_EQ(migrate_postgres(*pool).from, 1);
  PostgresStore store(pool);
  ASSERT_THAT(store.load(), SizeIs(1));
  EXPECT_EQ(store.load()[0].titles.romaji, "Old");
  EXPECT_EQ(store.generation().number, 4U);
  store.publish({.number = 5, .content_hash = "i", .model_fingerprint = "m"});
}

TEST_F(PostgresStores, RefuseNewerTablesAndSomebodyElses) {
  const auto newer = TestServer::shared().new_pool();
  execute(*newer, "UPDATE schema_version SET version = 99");
  EXPECT_THAT(message_of(ErrorKind::invalid_argument, [&] { PostgresStore store(newer); }),
              HasSubstr("newer"));
  EXPECT_THAT(message_of(ErrorKind::invalid_argument, [&] { migrate_postgres(*newer); }),
              HasSubstr("newer"));
  const auto other = pool_on(TestServer::shared().new_database());
  execute(*other, "CREATE SCHEMA anireco; CREATE TABLE anireco.bills (sum integer)");
  EXPECT_THAT(message_of(ErrorKind::invalid_argument, [&] { migrate_postgres(*other); }),
              HasSubstr("another program"));
}

TEST_F(PostgresStores, MigrateOnceWhenSeveralTryAtOnce) {
  const std::string url = TestServer::shared().new_database();
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_NO_THROW(migrate_postgres(*pool_on(url))); });
  }
  threads.clear();
  EXPECT_NO_THROW(PostgresStore store(pool_on(url)));
}

/// Waits for half a minute at most; null when it is not given back by then.
std::unique_ptr<WriterLock> take_lock(PostgresStore& store) {
  for (int i = 0; i < 600; ++i) {
    try {
      return store.lock_for_writing();
    } catch (const Error&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  return nullptr;
}

TEST_F(PostgresStores, NameTheHolderOfTheLockAndGiveItBackWithItsProcess) {
  const std::string url = TestServer::shared().new_database();
  migrate_postgres(*pool_on(url));
  const pid_t child = start_child([&] {
    PostgresStore store(pool_on(url));
    // The parent may hold it for a moment, looking whether it is taken.
    const auto lock = take_lock(store);
    ::pause();
  });
  PostgresStore store(pool_on(url));
  std::string message;
  for (int i = 0; i < 600 && message.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    try {
      store.lock_for_writing();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::unavailable);
      message = error.what();
    }
  }
  EXPECT_THAT(message, HasSubstr("pid " + std::to_string(child)));
  EXPECT_THAT(message, HasSubstr(" since 2"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(take_lock(store));
}

TEST_F(PostgresStores, LetTwoWriteAtOnceWithoutMixing) {
  const std::string url = TestServer::shared().new_database();
  migrate_postgres(*pool_on(url));
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    PostgresStore other(pool_on(url));
    std::size_t seen = 0;
    while (!done) {
      const std::size_t now = other.load().size();
      EXPECT_GE(now, seen);
      EXPECT_EQ(now % 50, 0U) << "half a transaction";
      seen = now;
    }
  });
  std::vector<std::jthread> writers;
  for (std::uint32_t writer = 0; writer < 2; ++writer) {
    writers.emplace_back([&, writer] {
      PostgresStore store(pool_on(url));
      for (std::uint32_t batch = 0; batch < 4; ++batch) {
        const std::uint32_t from = 1 + (writer * 4 + batch) * 50;
        store.upsert("a", titles(from, from + 50));
        store.upsert("b", titles(1, 51));  // The same titles, by both.
      }
    });
  }
  writers.clear();
  done = true;
  reader.join();
  EXPECT_EQ(PostgresStore(pool_on(url)).count(), 400U);
}

TEST_F(PostgresStores, LeaveTheFormerGenerationWhenKilledWithinAPublish) {
  const std::string url = TestServer::shared().new_database();
  migrate_postgres(*pool_on(url));
  PostgresStore(pool_on(url))
      .publish({.number = 1, .content_hash = "one", .model_fingerprint = ""});
  for (const char* point : {"store.in_publish", "store.before_commit"}) {
    const pid_t child = start_child([&] {
      PostgresStore store(pool_on(url), {.fault = kill_at(point)});
      store.publish({.number = 2, .content_hash = "two", .model_fingerprint = ""});
    });
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << point;
    PostgresStore store(pool_on(url));
    EXPECT_EQ(store.generation().content_hash, "one");
  }
  PostgresStore store(pool_on(url));
  store.publish({.number = 2, .content_hash = "three", .model_fingerprint = ""});
  EXPECT_EQ(store.generation().content_hash, "three");
}

TEST_F(PostgresStores, GoOnWhenTheServerHasComeBack) {
  TestServer server;
  PostgresStore store(server.new_pool());
  store.upsert("a", titles(1, 11));
  const auto lock = store.lock_for_writing();
  server.stop();
  const auto begin = std::chrono::steady_clock::now();
  message_of(ErrorKind::unavailable, [&] { store.count(); });
  message_of(ErrorKind::unavailable, [&] { store.upsert("a", titles(11, 21)); });
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  server.start();
  std::this_thread::sleep_for(std::chrono::milliseconds(600));  // No second try before.
  EXPECT_EQ(store.count(), 10U);
  store.upsert("a", titles(11, 21));
  EXPECT_EQ(store.count(), 20U);
  // The lock was taken again on the way.
  PostgresStore other(std::make_shared<PostgresPool>(PostgresOptions{.url = server.url("test1")}));
  message_of(ErrorKind::unavailable, [&] { other.lock_for_writing(); });
  // A restart between two calls is not noticed at all.
  server.stop(SIGINT);
  server.start();
  EXPECT_EQ(store.count(), 20U);
}

TEST_F(PostgresStores, EndAWriterWhomAnotherHasFollowed) {
  const auto pool = TestServer::shared().new_pool();
  PostgresStore first(pool);
  auto lock = first.lock_for_writing();
  first.upsert("a", titles(1, 11));
  end_session_of_the_writer(*pool);
  PostgresStore second(pool_on(pool->options().url));
  {
    const auto held = second.lock_for_writing();
    EXPECT_THAT(message_of(ErrorKind::unavailable, [&] { first.upsert("a", titles(11, 21)); }),
                HasSubstr("pid "));
    second.upsert("b", titles(21, 31));
    second.publish({.number = 1, .content_hash = "h", .model_fingerprint = ""});
  }
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(message_of(ErrorKind::unavailable, [&] { first.prune_vectors("m", {}); }),
                HasSubstr("another import ran meanwhile"));
  }
  EXPECT_EQ(first.count(), 20U);
  EXPECT_TRUE(second.lock_for_writing()) << "it is not held on to";
  lock.reset();
  lock = first.lock_for_writing();
  first.upsert("a", titles(11, 21));
  EXPECT_EQ(first.count(), 30U);
  // Nobody was there meanwhile: it goes on.
  end_session_of_the_writer(*pool);
  first.upsert("a", titles(31, 41));
  EXPECT_EQ(first.count(), 40U);
}

TEST_F(PostgresStores, TakeTheLockFromAnOldSessionOfTheirOwn) {
  const auto pool = TestServer::shared().new_pool();
  PostgresStore store(pool);
  const std::set<int> before = open_sockets();
  const auto lock = store.lock_for_writing();
  std::vector<int> opened;
  std::ranges::set_difference(open_sockets(), before, std::back_inserter(opened));
  ASSERT_THAT(opened, SizeIs(1));
  // The connection breaks, and the server is slow to learn of it.
  const pid_t session = session_of_the_writer(*pool);
  ASSERT_EQ(::kill(session, SIGSTOP), 0);
  ::shutdown(opened[0], SHUT_RDWR);
  const std::jthread waker([session] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    ::kill(session, SIGCONT);
  });
  store.upsert("a", titles(1, 11));
  EXPECT_EQ(store.count(), 10U);
  EXPECT_NE(session_of_the_writer(*pool), session);
}

TEST_F(PostgresStores, ComplainOfRowsThatAreNoRecords) {
  const auto pool = TestServer::shared().new_pool();
  PostgresStore store(pool);
  store.put_vectors("m", std::vector<StoredVector>{{{1, 1}, {1, 2}}});
  execute(*pool, "UPDATE vector SET bfloat16 = '\\x00'");
  const TextHash wanted[] = {{1, 1}};
  message_of(ErrorKind::corrupt, [&] { store.vectors("m", wanted); });
  for (const char* json : {"{", "", "[]", "{\"ids\": 7}"}) {
    execute(*pool,
            "DELETE FROM title; DELETE FROM contribution;"
            "INSERT INTO title (id) VALUES ('abcdefghij');"
            "INSERT INTO contribution VALUES ('abcdefghij', 'a', 'k', '" +
                std::string(json) + "')");
    message_of(ErrorKind::corrupt, [&] { store.load(); });
    message_of(ErrorKind::corrupt, [&] { store.load_titles(); });
  }
}

TEST_F(PostgresStores, RefuseTextsThatTheDatabaseCannotHold) {
  PostgresStore store(TestServer::shared().new_pool());
  const std::string zero("a\0b", 3);
  message_of(ErrorKind::invalid_argument, [&] { store.upsert(zero, titles(1, 2)); });
  message_of(ErrorKind::invalid_argument, [&] { store.upsert("\xff", titles(1, 2)); });
  EXPECT_EQ(store.count(), 0U);
  // What would end a statement, or an array, does not.
  const std::string odd = R"('; DROP TABLE title; -- "name", {with} \ and 'quotes')";
  store.upsert("a", std::vector<Anime>{titled(odd, 1), titled("{}", 2)});
  ASSERT_THAT(store.load_titles(), SizeIs(2));
  std::vector<std::string> names;
  for (const Anime& anime : store.load()) names.push_back(anime.titles.romaji);
  EXPECT_THAT(names, ::testing::UnorderedElementsAre(odd, "{}"));
}

}  // namespace
}  // namespace anireco
