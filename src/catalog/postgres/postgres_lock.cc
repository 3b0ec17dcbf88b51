#include "catalog/postgres/postgres_lock.h"

#include <chrono>
#include <pqxx/nontransaction>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "catalog/lock_holder.h"
#include "catalog/postgres/advisory_keys.h"
#include "catalog/postgres/postgres_connection.h"
#include "catalog/postgres/postgres_error.h"

namespace anireco {
namespace {

/// How long an old session of ours may take to end.
constexpr auto kOldSessionEnds = std::chrono::seconds(5);

[[noreturn]] void throw_taken_over() {
  throw Error(ErrorKind::unavailable, "another import ran meanwhile; start again");
}

bool try_lock(pqxx::nontransaction& session) {
  return session.exec1("SELECT pg_try_advisory_lock(" + arguments_of(AdvisoryKey::writer) + ")")[0]
      .as<bool>();
}

std::string holder(pqxx::nontransaction& session) {
  const pqxx::result rows = session.exec("SELECT holder FROM writer");
  return rows.empty() ? "" : rows[0][0].as<std::string>();
}

bool is_held(pqxx::nontransaction& session) {
  return !session
              .exec_params(
                  "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND "
                  "pid = pg_backend_pid() AND classid = $1 AND objid = $2 AND objsubid = 2",
                  kAdvisoryClass, static_cast<int>(AdvisoryKey::writer))
              .empty();
}

}  // namespace

PostgresLock::PostgresLock(std::string connection_string)
    : connection_string_(std::move(connection_string)) {
  acquire();
}

PostgresLock::~PostgresLock() {
  if (!session_) return;
  try {
    // The end of the session would give it back too, a moment later.
    pqxx::nontransaction session(*session_);
    session.exec("SELECT pg_advisory_unlock(" + arguments_of(AdvisoryKey::writer) + ")");
  } catch (const std::exception& error) {
    log_debug("the writer's lock ended with its connection: {}", error.what());
  }
}

void PostgresLock::acquire() {
  session_ = connect_postgres(connection_string_);
  try {
    pqxx::nontransaction session(*session_);
    if (!try_lock(session)) throw_locked_by(holder(session));
    nonce_ = session
                 .exec_params1(
                     "INSERT INTO writer (holder, nonce) VALUES ($1, gen_random_uuid()::text) "
                     "ON CONFLICT (one) DO UPDATE SET holder = $1, nonce = excluded.nonce "
                     "RETURNING nonce",
                     describe_lock_holder())[0]
                 .as<std::string>();
    remember(session);
  } catch (...) {
    rethrow_postgres_error(session_->is_open());
  }
}

void PostgresLock::remember(pqxx::nontransaction& session) {
  const pqxx::row row = session.exec1(
      "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()");
  pid_ = row[0].as<int>();
  started_ = row[1].as<std::string>();
}

bool PostgresLock::end_own_old_session(pqxx::nontransaction& session) const {
  return !session
              .exec_params(
                  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                  "WHERE pid = $1 AND backend_start = $2::timestamptz",
                  pid_, started_)
              .empty();
}

void PostgresLock::retake() {
  session_ = connect_postgres(connection_string_);
  bool ours = false;
  try {
    pqxx::nontransaction session(*session_);
    const auto give_up = std::chrono::steady_clock::now() + kOldSessionEnds;
    while (!try_lock(session)) {
      const bool ending = end_own_old_session(session);
      if (!ending && try_lock(session)) break;
      if (!ending || std::chrono::steady_clock::now() > give_up) throw_locked_by(holder(session));
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ours = !session.exec_params("SELECT FROM writer WHERE nonce = $1", nonce_).empty();
    if (ours) remember(session);
  } catch (...) {
    rethrow_postgres_error(session_->is_open());
  }
  if (ours) return;
  session_.reset();
  throw_taken_over();
}

void PostgresLock::ensure(pqxx::transaction_base& transaction) {
  const std::lock_guard guard(mutex_);
  if (!session_) throw_taken_over();
  bool held = false;
  try {
    try {
      pqxx::nontransaction session(*session_);
      held = is_held(session);
    } catch (...) {
      rethrow_postgres_error(session_->is_open());
    }
  } catch (const ConnectionLost& error) {
    log_debug("the writer's lock is taken anew: {}", error.context());
  }
  if (!held) retake();
  // Whoever takes the lock from now on waits here for the end of the transaction.
  if (transaction.exec_params("SELECT FROM writer WHERE nonce = $1 FOR SHARE", nonce_).empty()) {
    throw_taken_over();
  }
}

}  // namespace anireco
