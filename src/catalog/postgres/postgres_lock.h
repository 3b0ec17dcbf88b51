#pragma once

#include <memory>
#include <mutex>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/transaction_base>
#include <string>

namespace anireco {

/// The writer's advisory lock, held by a session of its own. Thread-safe.
class PostgresLock {
 public:
  /// Connects and takes it. Throws Error{unavailable} naming the holder when another has it.
  explicit PostgresLock(std::string connection_string);
  ~PostgresLock();
  PostgresLock(const PostgresLock&) = delete;
  PostgresLock& operator=(const PostgresLock&) = delete;

  /// Makes sure, until `transaction` ends, that nobody else writes as the holder. When the server
  /// has forgotten the lock it is taken anew, from an old session of ours if need be. Throws
  /// Error{unavailable} when another has it or had it meanwhile: what this writer knows of the
  /// record may be wrong by now.
  void ensure(pqxx::transaction_base& transaction);

 private:
  void acquire();
  void retake();
  void remember(pqxx::nontransaction& session);
  bool end_own_old_session(pqxx::nontransaction& session) const;

  std::string connection_string_;
  std::mutex mutex_;
  std::unique_ptr<pqxx::connection> session_;  ///< None: another took the lock over.
  std::string nonce_;                          ///< In the row of the table writer while it is ours.
  int pid_ = 0;                                ///< Of the session that held it last, with:
  std::string started_;                        ///< For pids are used again.
};

}  // namespace anireco
