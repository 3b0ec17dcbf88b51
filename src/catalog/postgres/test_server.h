#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/postgres/postgres_pool.h"
#include "catalog/postgres/postgres_schema.h"

namespace anireco {

/// A PostgreSQL server of a test's own: Debian's programs, an unprivileged user, a temporary
/// folder, a Unix socket in it and no port. It ends with this object, and with the process however
/// that ends.
class TestServer {
 public:
  /// The folder of the newest server's programs; empty when none is installed.
  static std::filesystem::path programs() {
    std::filesystem::path newest;
    std::error_code error;
    int best = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", error)) {
      const int version = std::atoi(entry.path().filename().c_str());
      const auto folder = entry.path() / "bin";
      if (version > best && std::filesystem::exists(folder / "initdb", error)) {
        best = version;
        newest = folder;
      }
    }
    return newest;
  }

  /// One server for all tests of a program that do not stop it.
  static TestServer& shared() {
    static TestServer server;
    return server;
  }

  TestServer() {
    std::string pattern = (std::filesystem::temp_directory_path() / "anireco-pg-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    const passwd* user = ::getpwnam("postgres");
    if (user == nullptr) user = ::getpwnam("nobody");
    if (::geteuid() == 0) {
      if (user == nullptr || ::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
        throw std::runtime_error("no unprivileged user to run PostgreSQL as");
      }
      prefix_ = {"setpriv", "--reuid=" + std::to_string(user->pw_uid),
                 "--regid=" + std::to_string(user->pw_gid), "--clear-groups",
                 "--pdeathsig=SIGQUIT"};
    } else {
      prefix_ = {"setpriv", "--pdeathsig=SIGQUIT"};
    }
    const int status =
        wait_for(spawn({(programs() / "initdb").string(), "--pgdata", (folder_ / "data").string(),
                        "--username=anireco", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                        "--no-sync"}));
    if (status != 0) throw std::runtime_error("initdb failed: see " + (folder_ / "log").string());
    start();
  }

  ~TestServer() {
    if (pid_ > 0) stop(SIGQUIT);
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  void start() {
    pid_ = spawn({(programs() / "postgres").string(), "-D", (folder_ / "data").string(), "-k",
                  folder_.string(), "-c", "listen_addresses=", "-c", "fsync=off", "-c",
                  "full_page_writes=off", "-c", "shared_buffers=64MB", "-c", "autovacuum=off"});
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (PQping(url("postgres").c_str()) != PQPING_OK) {
      if (std::chrono::steady_clock::now() > give_up) {
        throw std::runtime_error("PostgreSQL does not start: see " + (folder_ / "log").string());
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  /// SIGQUIT ends it as a crash would, SIGINT in good order.
  void stop(int signal = SIGQUIT) {
    ::kill(pid_, signal);
    wait_for(std::exchange(pid_, -1));
  }

  std::string url(const std::string& database) const {
    return "host=" + folder_.string() + " user=anireco dbname=" + database;
  }

  /// Makes an empty database and returns its address.
  std::string new_database() {
    const std::string name = "test" + std::to_string(++databases_);
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
        PQconnectdb(url("postgres").c_str()), &PQfinish);
    PQclear(PQexec(connection.get(), ("CREATE DATABASE " + name).c_str()));
    return url(name);
  }

  /// A pool on a new database with this program's tables.
  std::shared_ptr<PostgresPool> new_pool() {
    auto pool = std::make_shared<PostgresPool>(PostgresOptions{.url = new_database()});
    migrate_postgres(*pool);
    return pool;
  }

 private:
  pid_t spawn(std::vector<std::string> arguments) {
    std::vector<std::string> all = prefix_;
    all.insert(all.end(), arguments.begin(), arguments.end());
    std::vector<char*> words;
    for (std::string& word : all) words.push_back(word.data());
    words.push_back(nullptr);
    const std::string log = (folder_ / "log").string();
    const pid_t pid = ::fork();
    if (pid == 0) {
      const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
      ::dup2(out, 1);
      ::dup2(out, 2);
      if (::chdir("/") != 0) ::_exit(126);
      ::execvp(words[0], words.data());
      ::_exit(127);
    }
    return pid;
  }

  static int wait_for(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  }

  std::filesystem::path folder_;
  std::vector<std::string> prefix_;
  pid_t pid_ = -1;
  int databases_ = 0;
};

/// Message of the error of this kind that `action` throws.
template <typename Action>
std::string message_of(ErrorKind kind, const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what() << " " << error.context();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

}  // namespace anireco

/// Skips a test where no server can be started; tools/test.sh sees to it that one can.
#define ANIRECO_NEED_POSTGRES()                                                               \
  if (anireco::TestServer::programs().empty()) {                                              \
    GTEST_SKIP() << "no PostgreSQL server under /usr/lib/postgresql: apt install postgresql"; \
  }
