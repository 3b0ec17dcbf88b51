#include "base/thread_priority.h"

#include <sys/resource.h>

namespace anireco {

void lower_thread_priority() {
  // On Linux a nice value belongs to a thread, and 0 means the calling one. What fails is raising
  // it, for a process that is lower already: then all is as it should be.
  constexpr int kNice = 10;
  setpriority(PRIO_PROCESS, 0, kNice);
}

}  // namespace anireco
