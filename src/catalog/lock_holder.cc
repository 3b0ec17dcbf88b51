#include "catalog/lock_holder.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "base/error.h"
#include "base/host_name.h"

namespace anireco {

std::string describe_lock_holder() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 32> since{};
  std::strftime(since.data(), since.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return fmt::format("pid {} on {} since {}", ::getpid(), host_name(), since.data());
}

void throw_locked_by(const std::string& holder) {
  throw Error(ErrorKind::unavailable,
              fmt::format("the catalogue is in use by {}; wait for it to end, or stop it",
                          holder.empty() ? "another process" : holder));
}

}  // namespace anireco
