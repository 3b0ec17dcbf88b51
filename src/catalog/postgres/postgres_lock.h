#pragma once

#include <memory>
#include <mutex>
#include <pqxx/connection>
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

  /// Looks whether the session still holds it, and takes it anew when the server has forgotten it.
  /// Throws as the constructor does.
  void ensure();

 private:
  void acquire();

  std::string connection_string_;
  std::mutex mutex_;
  std::unique_ptr<pqxx::connection> session_;
};

}  // namespace anireco
