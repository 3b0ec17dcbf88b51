#include "gather/gather_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

TEST(GatherRunTest, goes_on_until_it_ends_or_is_asked_otherwise_or_is_old) {
  const fs::path folder = fs::temp_directory_path() / fmt::format("anireco-run-{}", ::getpid());
  fs::remove_all(folder);
  ManualClock clock(std::chrono::system_clock::from_time_t(1'790'000'000));
  const GatherRun first = begin_run(folder, "kitsu", clock);
  EXPECT_FALSE(first.resumed);
  const GatherRun again = begin_run(folder, "kitsu", clock);
  EXPECT_TRUE(again.resumed);
  EXPECT_EQ(again.id, first.id);
  EXPECT_NE(begin_run(folder, "mal", clock).id, first.id);
  const std::string of_mal = begin_run(folder, "mal", clock).id;
  clock.advance(std::chrono::hours(24 * 8));
  EXPECT_NE(begin_run(folder, "mal", clock).id, of_mal);
  end_run(folder);
  EXPECT_FALSE(begin_run(folder, "mal", clock).resumed);
  write_file_atomic(folder / "run.json", std::string_view("{\"run\": 1"));
  EXPECT_FALSE(begin_run(folder, "mal", clock).resumed) << "damaged";
  fs::remove_all(folder);
}

}  // namespace
}  // namespace anireco
