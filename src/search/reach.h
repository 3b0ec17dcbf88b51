#pragma once

#include "base/error.h"

namespace anireco {

/// Runs `work`, which asks an engine. False when the engine does not answer (Error{unavailable});
/// every other exception goes on.
template <typename Work>
bool is_reached(Work&& work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unavailable) throw;
    return false;
  }
}

}  // namespace anireco
