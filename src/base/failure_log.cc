#include "base/failure_log.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"

namespace anireco {

FailureLog::FailureLog(std::string consequence, LogLevel level)
    : consequence_(std::move(consequence)), level_(level) {}

void FailureLog::tell(const std::exception& failure) {
  if (last_ == failure.what()) return;
  last_ = failure.what();
  const auto* error = dynamic_cast<const Error*>(&failure);
  const bool has_context = error != nullptr && !error->context().empty();
  log_line(level_, fmt::format("{}: {}{}", consequence_, *last_,
                               has_context ? " (" + error->context() + ")" : ""));
}

}  // namespace anireco
