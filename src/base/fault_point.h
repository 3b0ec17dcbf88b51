#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace anireco {

/// Called with the name of each place at which a sudden end of the process must do no harm
/// ("publish.before_rename"). Empty in production. Handed down through options, so that tests can
/// kill a process exactly there.
using FaultHook = std::function<void(std::string_view point)>;

/// Calls the hook if there is one.
inline void fault_point(const FaultHook& hook, std::string_view point) {
  if (hook) hook(point);
}

/// A hook that ends the process with SIGKILL at the given visit of the point, counted from 1.
/// `setting`: "publish.before_rename" or "store.before_commit:3". Empty gives an empty hook.
/// Throws Error{invalid_argument} for a malformed count.
FaultHook kill_at(std::string_view setting);

}  // namespace anireco
