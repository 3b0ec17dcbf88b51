#include "base/peak_memory.h"

#include <sys/resource.h>

namespace anireco {

double peak_memory_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace anireco
