#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace pqxx {
class transaction_base;
}

namespace anireco {

/// For searches: a pool of their own with statement_limit 1 s and work_limit 2 s, so that a server
/// that hangs costs no more.
struct PostgresOptions {
  /// "postgres://user:password@host:5432/name?sslmode=verify-full", or libpq's "key=value" form.
  std::string url;
  std::size_t connections = 4;                        ///< Open at once, >= 1; one more waits.
  std::chrono::milliseconds wait{5000};               ///< For a free connection.
  std::chrono::seconds connect_timeout{3};            ///< >= 2 (libpq's least).
  std::chrono::milliseconds statement_limit{10'000};  ///< Of one statement, by the server; > 0.
  /// Of a whole transaction, by the clock here: then the connection is cut, whether the server is
  /// silent, stopped or slow, and Error{unavailable} thrown without another try. 0: none.
  std::chrono::milliseconds work_limit{0};
};

/// A few connections to one database, opened when first needed. A transaction borrows one. A
/// connection that breaks is dropped with all that were opened before, so after a restart of the
/// server the next transaction meets a new one; a failed attempt to open one more drops none. While
/// the server cannot be reached, calls fail at once for half a second after each failure.
/// Thread-safe; blocks the caller, so it belongs on a worker, never on the event loop. Connect to
/// the server itself or to a pooler in session mode: locks belong to a session.
class PostgresPool {
 public:
  using Work = std::function<void(pqxx::transaction_base&)>;

  /// Connects to nothing yet. Throws Error{invalid_argument} for an option out of range or a URL
  /// that libpq cannot read; neither the message nor the context repeats it.
  explicit PostgresPool(PostgresOptions options);
  ~PostgresPool();
  PostgresPool(const PostgresPool&) = delete;
  PostgresPool& operator=(const PostgresPool&) = delete;

  /// Runs `work` in a read-only transaction of one moment (repeatable read). When the connection
  /// breaks it is run once more on a new one, so it must not have effects beyond its own results.
  /// Throws Error{unavailable} (no server, time limit, no free connection), {corrupt} (data that
  /// is not what it should be), {invalid_argument} (text that the database cannot hold),
  /// {internal}.
  void read(const Work& work);

  /// Runs `work` in a transaction and commits it. Run once more only when the connection broke
  /// before the commit was sent; when it breaks within the commit, Error{unavailable} says that it
  /// is not known whether it was stored.
  void write(const Work& work);

  const PostgresOptions& options() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
