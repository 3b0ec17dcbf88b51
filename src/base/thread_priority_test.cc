#include "base/thread_priority.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <thread>

namespace anireco {
namespace {

TEST(ThreadPriority, is_lowered_for_one_thread_alone) {
  const int before = getpriority(PRIO_PROCESS, 0);
  int lowered = before;
  std::thread([&] {
    lower_thread_priority();
    lowered = getpriority(PRIO_PROCESS, 0);
  }).join();
  EXPECT_EQ(lowered, std::min(before + 10, 19));
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), before);
}

}  // namespace
}  // namespace anireco
