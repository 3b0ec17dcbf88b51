#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace anireco {

/// What went wrong, from the caller's point of view. One switch maps a kind to an HTTP status
/// (src/api), one to an exit code (apps).
enum class ErrorKind {
  invalid_argument,  ///< The caller gave something that can never work.
  not_found,         ///< The named thing does not exist (or may not be seen).
  unavailable,       ///< Would work later: still starting, queue full, lock held, disk full.
  corrupt,           ///< A file or a remote answer is not what its format promises.
  internal,          ///< Our own mistake.
};

/// "invalid_argument", "not_found", ...; stable, used in logs and JSON.
std::string_view to_string(ErrorKind kind);

/// The one exception type. `what()` is the public message, safe to show to anyone: it names the
/// field, line or option at fault and how to mend it. `context()` is for the log only (paths,
/// library messages).
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message, std::string context = {})
      : std::runtime_error(message), kind_(kind), context_(std::move(context)) {}

  ErrorKind kind() const { return kind_; }
  const std::string& context() const { return context_; }

 private:
  ErrorKind kind_;
  std::string context_;
};

}  // namespace anireco
