#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace anireco {
namespace {

TEST(LogTest, MessagesBelowTheLevelAreDropped) {
  start_logging({.level = LogLevel::warning});
  testing::internal::CaptureStderr();
  log_info("hidden {}", 1);
  log_warning("shown {}", 2);
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_THAT(lines, testing::HasSubstr("warning shown 2\n"));
  EXPECT_THAT(lines, testing::Not(testing::HasSubstr("hidden")));
  EXPECT_FALSE(log_enabled(LogLevel::info));
  EXPECT_TRUE(log_enabled(LogLevel::error));
}

TEST(LogTest, AMessageCannotForgeALine) {
  start_logging({});
  testing::internal::CaptureStderr();
  log_info("one\n2030-01-01 error two\x1b[31m {}", "%v {}");
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1);
  EXPECT_THAT(lines, testing::HasSubstr("one\\n2030-01-01 error two\\u001b[31m %v {}"));
}

TEST(LogTest, JsonLinesStayJsonWhateverTheMessage) {
  start_logging({.json = true});
  testing::internal::CaptureStderr();
  log_error("say \"hi\" \\ \n");
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_THAT(line, testing::StartsWith("{\"time\":\""));
  EXPECT_THAT(line, testing::HasSubstr(R"("level":"error","message":"say \"hi\" \\ \n"})"));
  start_logging({});
}

TEST(LogTest, LevelsHaveNames) {
  EXPECT_EQ(parse_log_level("debug"), LogLevel::debug);
  EXPECT_EQ(parse_log_level("warn"), LogLevel::warning);
  EXPECT_EQ(parse_log_level("warning"), LogLevel::warning);
  EXPECT_EQ(parse_log_level("off"), LogLevel::off);
  EXPECT_EQ(parse_log_level("loud"), std::nullopt);
}

}  // namespace
}  // namespace anireco
