#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <exception>

#include "base/log.h"

namespace anireco {

/// For tests: runs `body` in a child of this process. The child ends with it whatever happens (0;
/// 3 when it threw): were it to return into the test, it would run the tests that follow and end
/// what they share. The caller waits for it.
template <typename Body>
pid_t start_child(const Body& body) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    body();
  } catch (const std::exception& error) {
    log_error("a test's child: {}", error.what());
    ::_exit(3);
  } catch (...) {
    ::_exit(3);
  }
  ::_exit(0);
}

}  // namespace anireco
