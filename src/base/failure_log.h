#pragma once

#include <exception>
#include <optional>
#include <string>

#include "base/log.h"

namespace anireco {

/// Tells of work that is tried again and again: each failure once, not at every try. Failures are
/// told apart by their what(), for contexts may hold times. Not thread-safe.
class FailureLog {
 public:
  /// `consequence` begins each line: "Qdrant is not fed".
  explicit FailureLog(std::string consequence, LogLevel level = LogLevel::error);

  /// Writes a line, with an Error's context, unless it is the failure that was told last.
  void tell(const std::exception& failure);
  /// The work went well: the next failure is told whatever it is.
  void clear() { last_.reset(); }

 private:
  const std::string consequence_;
  const LogLevel level_;
  std::optional<std::string> last_;
};

}  // namespace anireco
