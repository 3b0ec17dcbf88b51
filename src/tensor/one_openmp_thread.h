#pragma once

#include <omp.h>

namespace anireco {

/// While it lives, what the calling thread starts in OpenMP runs on that thread alone: oneDNN would
/// start a team of its own, and threads are its caller's business.
class OneOpenMpThread {
 public:
  OneOpenMpThread() : before_(omp_get_max_threads()) {
    if (before_ != 1) omp_set_num_threads(1);
  }
  ~OneOpenMpThread() {
    if (before_ != 1) omp_set_num_threads(before_);
  }
  OneOpenMpThread(const OneOpenMpThread&) = delete;
  OneOpenMpThread& operator=(const OneOpenMpThread&) = delete;

 private:
  int before_;
};

}  // namespace anireco
