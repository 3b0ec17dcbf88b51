#pragma once

#include <string>

#include "base/error.h"

namespace anireco {

/// Why no answer came.
enum class FetchFailure {
  resolve,      ///< The host's name is not known (or the proxy's).
  connect,      ///< Nobody listens there, or no route.
  timed_out,    ///< Too slow as a whole, or stalled.
  cut,          ///< The connection ended before the answer did.
  certificate,  ///< TLS could not be agreed on or the certificate not verified: waiting is in vain.
  too_many,     ///< Every try failed; what() names the last failure.
  stopped,      ///< The caller's stop token.
  other
};

/// Error{unavailable} of an HTTP exchange.
class FetchError final : public Error {
 public:
  FetchError(FetchFailure failure, const std::string& message, std::string context = {})
      : Error(ErrorKind::unavailable, message, std::move(context)), failure_(failure) {}
  FetchFailure failure() const { return failure_; }

 private:
  FetchFailure failure_;
};

}  // namespace anireco
