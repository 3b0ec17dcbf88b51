#include "base/fault_point.h"

#include <signal.h>

#include <atomic>
#include <charconv>
#include <memory>

#include "base/error.h"

namespace anireco {

FaultHook kill_at(std::string_view setting) {
  if (setting.empty()) return {};
  std::string name(setting);
  int visit = 1;
  if (const std::size_t colon = setting.find(':'); colon != std::string_view::npos) {
    const std::string_view count = setting.substr(colon + 1);
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), visit);
    if (error != std::errc{} || end != count.data() + count.size() || visit < 1) {
      throw Error(ErrorKind::invalid_argument,
                  "a fault point is NAME or NAME:COUNT with a count from 1");
    }
    name.resize(colon);
  }
  auto visits = std::make_shared<std::atomic<int>>(0);
  return [name, visit, visits](std::string_view point) {
    if (point == name && ++*visits == visit) ::raise(SIGKILL);
  };
}

}  // namespace anireco
