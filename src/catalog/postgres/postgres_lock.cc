#include "catalog/postgres/postgres_lock.h"

#include <pqxx/nontransaction>

#include "base/error.h"
#include "base/log.h"
#include "catalog/lock_holder.h"
#include "catalog/postgres/advisory_keys.h"
#include "catalog/postgres/postgres_connection.h"
#include "catalog/postgres/postgres_error.h"

namespace anireco {
namespace {

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
    const std::string take =
        "SELECT pg_try_advisory_lock(" + arguments_of(AdvisoryKey::writer) + ")";
    if (!session.exec1(take)[0].as<bool>()) throw_locked_by(holder(session));
    session.exec_params(
        "INSERT INTO writer (holder) VALUES ($1) ON CONFLICT (one) DO UPDATE SET holder = $1",
        describe_lock_holder());
  } catch (...) {
    rethrow_postgres_error(session_->is_open());
  }
}

void PostgresLock::ensure() {
  const std::lock_guard guard(mutex_);
  try {
    pqxx::nontransaction session(*session_);
    if (is_held(session)) return;
  } catch (const std::exception& error) {
    log_debug("the writer's lock is taken anew: {}", error.what());
  }
  acquire();
}

}  // namespace anireco
