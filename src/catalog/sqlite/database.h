#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace anireco {

/// A prepared statement, borrowed from its Database, that is reset when this object goes. Columns
/// and parameters count from 0. Not thread-safe.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Binds the next parameter. Texts and blobs must live until the statement is done.
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind(std::span<const std::byte> blob);

  /// Steps to the next row; false at the end.
  bool step();
  /// For statements without rows.
  void run();
  /// Makes it ready for other parameters.
  void reset();

  std::int64_t integer(int column) const;
  /// Valid until the next step.
  std::string_view text(int column) const;
  std::span<const std::byte> blob(int column) const;

 private:
  sqlite3_stmt* handle_;
  int next_parameter_ = 1;
};

/// One connection to a SQLite file in WAL mode; statements are prepared once. Not thread-safe.
/// Every call throws Error{corrupt} when the file is damaged or no database, {unavailable} when it
/// is busy for longer than the time-out, full or not writable, {internal} otherwise.
class Database {
 public:
  struct Options {
    int busy_timeout_ms = 5000;
  };
  explicit Database(const std::filesystem::path& path) : Database(path, Options{}) {}
  Database(const std::filesystem::path& path, const Options& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Statements without parameters or rows, several at once.
  void execute(const std::string& sql);
  /// Prepares or takes again; one use of a text at a time.
  Statement prepare(std::string_view sql);
  /// A single number, for pragmas and counts.
  std::int64_t number(std::string_view sql);

 private:
  struct Closer {
    void operator()(sqlite3* handle) const;
  };
  struct Finalizer {
    void operator()(sqlite3_stmt* handle) const;
  };
  std::unique_ptr<sqlite3, Closer> handle_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalizer>, std::less<>> statements_;
};

/// Rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

/// Reads of one moment: what others commit meanwhile is not seen.
class ReadTransaction {
 public:
  explicit ReadTransaction(Database& database);
  ~ReadTransaction();
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Database& database_;
};

}  // namespace anireco
