#include "base/failure_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "base/error.h"

namespace anireco {
namespace {

using testing::HasSubstr;

std::string written(const std::function<void()>& work) {
  start_logging({.level = LogLevel::warning});
  testing::internal::CaptureStderr();
  work();
  return testing::internal::GetCapturedStderr();
}

TEST(FailureLogTest, EachFailureIsToldOnceWithItsContext) {
  FailureLog failures("the index is not fed");
  const Error down(ErrorKind::unavailable, "no connection", "after 3 ms");
  EXPECT_THAT(written([&] { failures.tell(down); }),
              HasSubstr("error   the index is not fed: no connection (after 3 ms)\n"));
  EXPECT_EQ(written([&] {
              failures.tell(down);
              failures.tell(Error(ErrorKind::unavailable, "no connection", "after 4 ms"));
            }),
            "");
  EXPECT_THAT(written([&] { failures.tell(std::runtime_error("disk full")); }),
              HasSubstr("error   the index is not fed: disk full\n"));
  EXPECT_THAT(written([&] { failures.tell(down); }), HasSubstr("no connection"));
}

TEST(FailureLogTest, TheSameFailureIsToldAgainAfterASuccess) {
  FailureLog failures("the index is not fed", LogLevel::warning);
  const std::runtime_error down("no connection");
  failures.tell(down);
  failures.clear();
  EXPECT_THAT(written([&] { failures.tell(down); }),
              HasSubstr("warning the index is not fed: no connection\n"));
}

TEST(FailureLogTest, AFirstFailureWithoutWordsIsToldToo) {
  FailureLog failures("the index is not fed");
  EXPECT_THAT(written([&] { failures.tell(std::runtime_error("")); }),
              HasSubstr("the index is not fed"));
}

}  // namespace
}  // namespace anireco
