#include "base/circuit_breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"

namespace anireco {
namespace {

using std::chrono::milliseconds;

int fail_with(ErrorKind kind) { throw Error(kind, "no"); }

class CircuitBreakerTest : public ::testing::Test {
 protected:
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  CircuitBreaker breaker_{"The engine", milliseconds(1000), clock_};
};

TEST_F(CircuitBreakerTest, LetsEverythingThroughWhileTheServerAnswers) {
  EXPECT_EQ(breaker_.call([] { return 7; }), 7);
  EXPECT_TRUE(breaker_.allows());
  EXPECT_TRUE(breaker_.allows());
  EXPECT_FALSE(breaker_.open());
}

TEST_F(CircuitBreakerTest, RefusesAtOnceForAPauseAfterAFailure) {
  EXPECT_THROW(breaker_.call([] { return fail_with(ErrorKind::unavailable); }), Error);
  EXPECT_TRUE(breaker_.open());
  bool asked = false;
  try {
    breaker_.call([&] { return asked = true; });
    FAIL() << "the call went through";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_NE(std::string(error.what()).find("The engine"), std::string::npos);
  }
  EXPECT_FALSE(asked);
}

TEST_F(CircuitBreakerTest, LetsOneCallerTryAfterThePauseAndClosesWhenItSucceeds) {
  breaker_.failed();
  clock_->advance(milliseconds(999));
  EXPECT_FALSE(breaker_.allows());
  clock_->advance(milliseconds(1));
  EXPECT_TRUE(breaker_.allows());
  EXPECT_FALSE(breaker_.allows()) << "a second caller waits for the first one's result";
  EXPECT_TRUE(breaker_.open());
  breaker_.succeeded();
  EXPECT_FALSE(breaker_.open());
  EXPECT_TRUE(breaker_.allows());
}

TEST_F(CircuitBreakerTest, WaitsAnotherPauseWhenTheTryFails) {
  breaker_.failed();
  clock_->advance(milliseconds(1000));
  EXPECT_TRUE(breaker_.allows());
  clock_->advance(milliseconds(400));
  breaker_.failed();
  clock_->advance(milliseconds(999));
  EXPECT_FALSE(breaker_.allows());
  clock_->advance(milliseconds(1));
  EXPECT_TRUE(breaker_.allows());
}

TEST_F(CircuitBreakerTest, TakesAnAnswerThatRefusesForALiveServer) {
  EXPECT_THROW(breaker_.call([] { return fail_with(ErrorKind::invalid_argument); }), Error);
  EXPECT_FALSE(breaker_.open());
}

TEST_F(CircuitBreakerTest, IsNotClosedByWorkThatMayHaveAskedNobody) {
  EXPECT_EQ(breaker_.use([] { return 7; }), 7);
  EXPECT_THROW(breaker_.use([] { return fail_with(ErrorKind::corrupt); }), Error);
  EXPECT_TRUE(breaker_.open());
  clock_->advance(milliseconds(5000));
  bool used = false;
  EXPECT_THROW(breaker_.use([&] { return used = true; }), Error);
  EXPECT_FALSE(used);
  EXPECT_TRUE(breaker_.open());
  EXPECT_EQ(breaker_.ask([] { return 7; }), 7);
  EXPECT_FALSE(breaker_.open());
  EXPECT_EQ(breaker_.use([] { return 7; }), 7);
}

TEST_F(CircuitBreakerTest, IsNotClosedByWorkThatBeganBeforeItFailed) {
  breaker_.use([&] {
    breaker_.failed();
    return 7;
  });
  EXPECT_TRUE(breaker_.open());
}

TEST_F(CircuitBreakerTest, TakesAnEngineThatLostItsContentOrRefusesTheKeyForDown) {
  for (const ErrorKind kind :
       {ErrorKind::not_found, ErrorKind::corrupt, ErrorKind::invalid_argument}) {
    breaker_.succeeded();
    try {
      breaker_.ask([kind] { return fail_with(kind); });
      FAIL() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    }
    EXPECT_TRUE(breaker_.open());
  }
}

TEST_F(CircuitBreakerTest, ItsLogSaysWhatFailed) {
  start_logging({.level = LogLevel::warning});
  testing::internal::CaptureStderr();
  EXPECT_THROW(breaker_.ask([]() -> int {
    throw Error(ErrorKind::corrupt, "the answer is larger than allowed");
  }),
               Error);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::HasSubstr("does not answer: the answer is larger than allowed\n"));
}

}  // namespace
}  // namespace anireco
