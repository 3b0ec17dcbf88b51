#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <string>
#include <system_error>

namespace anireco {

/// For tests: runs `body` in a child of this process. The child ends with it whatever happens (0;
/// 3 when it threw): were it to return into the test, it would run the tests that follow and end
/// what they share. The caller waits for it.
template <typename Body>
pid_t start_child(const Body& body) {
  const pid_t child = ::fork();
  // -1 must not get to whoever kills or waits for the child: it means all of them.
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child != 0) return child;
  try {
    body();
  } catch (const std::exception& error) {
    // Not by the log, whose lock another thread of the parent may have held.
    const std::string text = std::string("child: ") + error.what() + '\n';
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    ::_exit(3);
  } catch (...) {
    ::_exit(3);
  }
  ::_exit(0);
}

}  // namespace anireco
