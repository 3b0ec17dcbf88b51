// How transactions end: time limits, servers that cannot be reached, errors by their states.

#include "catalog/postgres/postgres_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <pqxx/pqxx>
#include <utility>

#include "base/error.h"
#include "catalog/postgres/test_server.h"

namespace anireco {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

int backend(pqxx::transaction_base& transaction) {
  return transaction.exec1("SELECT pg_backend_pid()")[0].as<int>();
}

int backend_of(PostgresPool& pool) {
  int pid = 0;
  pool.read([&](pqxx::transaction_base& transaction) { pid = backend(transaction); });
  return pid;
}

class PostgresPools : public ::testing::Test {
 protected:
  void SetUp() override { ANIRECO_NEED_POSTGRES(); }

  static void execute(PostgresPool& pool, const std::string& sql) {
    pool.write([&](pqxx::transaction_base& transaction) { transaction.exec(sql); });
  }
};

TEST_F(PostgresPools, KeepTheAddressOutOfWhatTheySay) {
  for (const char* url : {"", "nonsense", "postgres://u:secret@[::1", "host"}) {
    const std::string message =
        message_of(ErrorKind::invalid_argument, [&] { PostgresPool pool({.url = url}); });
    EXPECT_THAT(message, Not(HasSubstr("secret")));
  }
  PostgresPool nowhere({.url = "postgres://u:secret@127.0.0.1:1/x"});
  try {
    nowhere.read([](pqxx::transaction_base&) {});
    FAIL() << "connected";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_THAT(std::string(error.what()) + error.context(), Not(HasSubstr("secret")));
  }
}

TEST_F(PostgresPools, EndWhatTakesLongerThanItsLimit) {
  const std::string url = TestServer::shared().new_database();
  PostgresPool quick({.url = url, .statement_limit = std::chrono::milliseconds(100)});
  const auto sleep = [](pqxx::transaction_base& transaction) {
    transaction.exec("SELECT pg_sleep(60)");
  };
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(message_of(ErrorKind::unavailable, [&] { quick.read(sleep); }),
              HasSubstr("time limit"));
  // The clock here cuts off what the server does not end.
  PostgresPool cut({.url = url, .work_limit = std::chrono::milliseconds(300)});
  int runs = 0;
  const auto count_and_sleep = [&](pqxx::transaction_base& transaction) {
    ++runs;
    sleep(transaction);
  };
  EXPECT_THAT(message_of(ErrorKind::unavailable, [&] { cut.read(count_and_sleep); }),
              HasSubstr("time limit"));
  EXPECT_EQ(runs, 1) << "once more would take as long again";
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  EXPECT_NO_THROW(cut.read([](pqxx::transaction_base&) {}));
}

TEST_F(PostgresPools, WaitForAFreeConnectionAndNoLonger) {
  PostgresPool pool({.url = TestServer::shared().new_database(),
                     .connections = 1,
                     .wait = std::chrono::milliseconds(50)});
  pool.read([&](pqxx::transaction_base&) {
    EXPECT_THAT(
        message_of(ErrorKind::unavailable, [&] { pool.read([](pqxx::transaction_base&) {}); }),
        HasSubstr("busy"));
  });
  EXPECT_NO_THROW(pool.read([](pqxx::transaction_base&) {}));
}

TEST_F(PostgresPools, KeepTheirConnectionsWhenOneMoreCannotBeOpened) {
  const auto pool = TestServer::shared().new_pool();
  const auto postgres =
      std::make_shared<PostgresPool>(PostgresOptions{.url = TestServer::shared().url("postgres")});
  int session = 0;
  pool->read([&](pqxx::transaction_base& transaction) {
    session = backend(transaction);
    const std::string name = transaction.exec1("SELECT current_database()")[0].as<std::string>();
    execute(*postgres, "ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
    EXPECT_THROW(pool->read([](pqxx::transaction_base&) {}), Error);
  });
  EXPECT_EQ(backend_of(*pool), session);
}

TEST_F(PostgresPools, CallOnlyDamagedDataCorrupt) {
  const auto pool = TestServer::shared().new_pool();
  for (const auto& [state, kind] : {std::pair{"XX000", ErrorKind::unavailable},
                                    {"XX001", ErrorKind::corrupt},
                                    {"XX002", ErrorKind::corrupt},
                                    {"42501", ErrorKind::unavailable},
                                    {"40P01", ErrorKind::unavailable},
                                    {"53100", ErrorKind::unavailable},
                                    {"42P01", ErrorKind::not_found}}) {
    const std::string raise =
        std::string("DO $$ BEGIN RAISE 'test' USING ERRCODE = '") + state + "'; END $$";
    SCOPED_TRACE(state);
    message_of(kind, [&] { execute(*pool, raise); });
  }
}

}  // namespace
}  // namespace anireco
