#include "index/scan_team.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace anireco {
namespace {

TEST(ScanTeam, DoesEveryPieceOnce) {
  for (const std::size_t size : {1, 2, 4}) {
    ScanTeam team(size);
    for (const std::size_t pieces : {0, 1, 2, 100}) {
      for (const bool help : {false, true}) {
        std::vector<std::atomic<int>> done(pieces);
        team.run(pieces, help, [&](std::size_t i) { ++done[i]; });
        EXPECT_TRUE(std::all_of(done.begin(), done.end(), [](const auto& n) { return n == 1; }));
      }
    }
  }
}

TEST(ScanTeam, ServesManyCallersAtOnce) {
  ScanTeam team(2);
  std::vector<std::thread> callers;
  std::atomic<std::size_t> sum = 0;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) team.run(10, true, [&](std::size_t piece) { sum += piece; });
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sum, 4U * 200U * 45U);
}

}  // namespace
}  // namespace anireco
