#include "catalog/sqlite/database.h"

#include <sqlite3.h>

#include <utility>

namespace anireco {
namespace {

[[noreturn]] void fail(sqlite3* handle, int code) {
  const std::string context =
      handle != nullptr ? std::string(sqlite3_errmsg(handle)) : std::string(sqlite3_errstr(code));
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      throw Error(
          ErrorKind::corrupt,
          "the catalogue's database is damaged; restore a backup, or move it away and import again",
          context);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(ErrorKind::unavailable, "the catalogue's database is busy; try again", context);
    case SQLITE_FULL:
    case SQLITE_IOERR:
      throw Error(ErrorKind::unavailable, "the disk is full or fails", context);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      throw Error(ErrorKind::unavailable, "the catalogue's database cannot be opened for writing",
                  context);
    default:
      throw Error(ErrorKind::internal, "the catalogue's database refuses a request", context);
  }
}

void check(sqlite3* handle, int code) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail(handle, code);
}

}  // namespace

Statement::~Statement() {
  if (handle_ != nullptr) reset();
}

Statement::Statement(Statement&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), next_parameter_(other.next_parameter_) {}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_db_handle(handle_), sqlite3_bind_int64(handle_, next_parameter_++, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  const char* data = text.data() != nullptr ? text.data() : "";
  check(sqlite3_db_handle(handle_), sqlite3_bind_text64(handle_, next_parameter_++, data,
                                                        text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(std::span<const std::byte> blob) {
  check(sqlite3_db_handle(handle_),
        sqlite3_bind_blob64(handle_, next_parameter_++, blob.data(), blob.size(), SQLITE_STATIC));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    sqlite3* database = sqlite3_db_handle(handle_);
    fail(database, sqlite3_extended_errcode(database));
  }
  return false;
}

void Statement::run() {
  step();
  reset();
}

void Statement::reset() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  next_parameter_ = 1;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
  return data == nullptr ? std::string_view() : std::string_view(data, size);
}

std::span<const std::byte> Statement::blob(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

void Database::Closer::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
void Database::Finalizer::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

Database::Database(const std::filesystem::path& path, const Options& options) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  check(handle, code);
  check(handle, sqlite3_busy_timeout(handle, options.busy_timeout_ms));
  sqlite3_extended_result_codes(handle, 1);
  execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;");
}

Database::~Database() = default;

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  check(handle_.get(), code);
}

Statement Database::prepare(std::string_view sql) {
  auto at = statements_.find(sql);
  if (at == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    check(handle_.get(), code);
    at = statements_.try_emplace(std::string(sql), statement).first;
  }
  return Statement(at->second.get());
}

std::int64_t Database::number(std::string_view sql) {
  Statement statement = prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const Error&) {
    // The failure that led here is on its way; SQLite has rolled back by itself.
  }
}

ReadTransaction::ReadTransaction(Database& database) : database_(database) {
  database_.execute("BEGIN DEFERRED");
}

ReadTransaction::~ReadTransaction() {
  try {
    database_.execute("COMMIT");
  } catch (const Error&) {
    // Nothing was written; a connection that cannot end a read says so at its next call.
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace anireco
