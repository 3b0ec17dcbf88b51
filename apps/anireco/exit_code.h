#pragma once

#include "base/error.h"

namespace anireco::app {

/// Exit codes of the programs, beside 0 for done.
inline constexpr int kFailed = 1;
inline constexpr int kWrongUse = 2;

inline int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_argument:
      return kWrongUse;
    case ErrorKind::not_found:
    case ErrorKind::unavailable:
    case ErrorKind::corrupt:
    case ErrorKind::internal:
      return kFailed;
  }
  return kFailed;
}

}  // namespace anireco::app
