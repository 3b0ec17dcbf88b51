#include "catalog/profile_store.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

#include "base/error.h"

namespace anireco {

void check_profile_size(std::size_t entries, std::size_t other_profiles) {
  if (entries > kMaxListEntries) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("the list would have {} titles; at most {} are kept", entries,
                            kMaxListEntries));
  }
  if (other_profiles >= ProfileStore::kMaxProfiles) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("there are {} profiles already; delete one first", other_profiles));
  }
}

std::string profile_time_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

}  // namespace anireco
