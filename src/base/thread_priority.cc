#include "base/thread_priority.h"

#include <sys/resource.h>

#include <algorithm>

namespace anireco {

void lower_thread_priority() {
  // On Linux a nice value belongs to a thread, and 0 means the calling one.
  constexpr int kLower = 10;
  constexpr int kLowest = 19;
  setpriority(PRIO_PROCESS, 0, std::min(getpriority(PRIO_PROCESS, 0) + kLower, kLowest));
}

}  // namespace anireco
