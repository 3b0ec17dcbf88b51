#include "tensor/thread_team.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace anireco {
namespace {

TEST(ThreadTeam, EveryMemberSeesWhatOthersWroteBeforeABarrier) {
  ThreadTeam team(4);
  for (int run = 0; run < 50; ++run) {
    std::vector<size_t> values(team.size(), 0);
    std::atomic<int> mismatches{0};
    team.run([&](size_t member) {
      for (size_t step = 1; step <= 20; ++step) {
        values[member] = step * 10 + member;
        team.barrier();
        for (size_t other = 0; other < team.size(); ++other) {
          if (values[other] != step * 10 + other) ++mismatches;
        }
        team.barrier();
      }
    });
    ASSERT_EQ(mismatches, 0);
  }
}

TEST(ThreadTeam, AnExceptionOfOneMemberFreesTheOthersAndReachesTheCaller) {
  ThreadTeam team(3);
  for (size_t culprit = 0; culprit < 3; ++culprit) {
    EXPECT_THROW(team.run([&](size_t member) {
      team.barrier();
      if (member == culprit) throw std::runtime_error("no");
      team.barrier();
    }),
                 std::runtime_error);
  }
  std::atomic<int> calls{0};
  team.run([&](size_t) {
    ++calls;
    team.barrier();
  });
  EXPECT_EQ(calls, 3);
}

TEST(ThreadTeam, PreparingChangesNothingButTheDelay) {
  ThreadTeam team(3);
  for (int i = 0; i < 100; ++i) {
    std::atomic<int> calls{0};
    team.prepare();
    if (i % 3 == 0) team.prepare();
    team.run([&](size_t) { ++calls; });
    EXPECT_EQ(calls, 3);
    if (i % 10 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
  }
  team.prepare();
}

TEST(ThreadTeam, ATeamOfOneRunsOnTheCaller) {
  ThreadTeam team(1);
  int calls = 0;
  team.run([&](size_t member) {
    team.barrier();
    calls += member == 0 ? 1 : 100;
  });
  EXPECT_EQ(calls, 1);
}

TEST(Share, CoversEverythingOnceInWholeUnits) {
  for (size_t n = 0; n < 70; ++n) {
    for (size_t members = 1; members < 9; ++members) {
      size_t next = 0;
      for (size_t member = 0; member < members; ++member) {
        const Share share = share_of(n, member, members, 8);
        EXPECT_EQ(share.begin, next);
        EXPECT_LE(share.begin, share.end);
        EXPECT_TRUE(share.end == n || share.end % 8 == 0);
        next = share.end;
      }
      EXPECT_EQ(next, n);
    }
  }
}

}  // namespace
}  // namespace anireco
