#include "net/polite_fetcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"
#include "net/fetch_error.h"
#include "net/scripted_fetcher.h"

namespace anireco {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

/// Answers in order; the last one again and again.
ScriptedFetcher::Answer in_order(std::vector<FetchResponse> answers) {
  return [answers = std::move(answers), next = std::size_t{0}](const FetchRequest&) mutable {
    return answers[std::min(next++, answers.size() - 1)];
  };
}

milliseconds since_begin(const Clock& clock) {
  return std::chrono::duration_cast<milliseconds>(clock.now() - Clock::Instant{});
}

TEST(PoliteFetcherTest, keeps_the_stricter_of_two_limits) {
  EXPECT_EQ(seconds_between({}), 0);
  ManualClock clock;
  ScriptedFetcher inner(in_order({{.status = 200}}));
  PoliteFetcher fetcher(inner, clock, {.limit = {.per_second = 5, .per_minute = 90}});
  std::vector<milliseconds> starts;
  for (int i = 0; i < 200; ++i) {
    fetcher.fetch({.url = "http://a.example/"});
    starts.push_back(since_begin(clock));
  }
  for (std::size_t i = 0; i + 5 < starts.size(); ++i) {
    EXPECT_GE(starts[i + 5] - starts[i], seconds(1));
  }
  for (std::size_t i = 0; i + 90 < starts.size(); ++i) {
    EXPECT_GE(starts[i + 90] - starts[i], seconds(60));
  }
  EXPECT_LT(starts.back(), seconds(140)) << "the limit is used";
}

TEST(PoliteFetcherTest, repeats_what_may_pass_with_growing_waits) {
  ManualClock clock;
  ScriptedFetcher inner(in_order(
      {{.status = 503}, {.status = 500}, {.status = 429}, {.status = 200, .body = "here"}}));
  std::vector<RetryNotice> notices;
  PoliteFetcher fetcher(inner, clock,
                        {.on_retry = [&](const RetryNotice& n) { notices.push_back(n); }});
  EXPECT_EQ(fetcher.fetch({.url = "http://a.example/x?secret=1"}).body, "here");
  ASSERT_EQ(notices.size(), 3U);
  milliseconds most{1000};
  for (const RetryNotice& notice : notices) {
    EXPECT_GE(notice.wait, most / 2);
    EXPECT_LE(notice.wait, most);
    EXPECT_EQ(notice.url, "http://a.example/x");
    most *= 2;
  }
  EXPECT_EQ(fetcher.exchanges(), 4U);
}

TEST(PoliteFetcherTest, two_programs_do_not_wait_alike) {
  const auto wait_with = [](std::uint64_t seed) {
    ManualClock clock;
    ScriptedFetcher inner(in_order({{.status = 503}, {.status = 200}}));
    PoliteFetcher(inner, clock, {.jitter_seed = seed}).fetch({.url = "http://a.example/"});
    return since_begin(clock);
  };
  EXPECT_NE(wait_with(1), wait_with(2));
}

TEST(PoliteFetcherTest, waits_as_long_as_the_server_asks) {
  ManualClock clock(std::chrono::system_clock::from_time_t(784111777));
  ScriptedFetcher inner(
      in_order({{.status = 429, .headers = {{"retry-after", "37"}}},
                {.status = 503, .headers = {{"retry-after", "Sun, 06 Nov 1994 08:51:00 GMT"}}},
                {.status = 200}}));
  PoliteFetcher(inner, clock).fetch({.url = "http://a.example/"});
  // 784111777 is 08:49:37 of that day.
  EXPECT_EQ(since_begin(clock), seconds(83));
}

TEST(PoliteFetcherTest, reads_only_what_retry_after_may_be) {
  const auto now = std::chrono::system_clock::from_time_t(784111777);
  EXPECT_EQ(retry_after("0", now), milliseconds(0));
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), milliseconds(0));
  EXPECT_EQ(retry_after("Sat, 05 Nov 1994 08:49:37 GMT", now), milliseconds(0));
  for (const char* wrong : {"", "-5", "5 s", "1e9", "99999999999", "soon", " 5"}) {
    EXPECT_EQ(retry_after(wrong, now), std::nullopt) << wrong;
  }
}

TEST(PoliteFetcherTest, gives_up_after_the_tries_or_the_wait_allowed) {
  ManualClock clock;
  ScriptedFetcher busy(in_order({{.status = 503}}));
  try {
    PoliteFetcher(busy, clock, {.max_tries = 3}).fetch({.url = "http://a.example/"});
    FAIL();
  } catch (const FetchError& e) {
    EXPECT_EQ(e.failure(), FetchFailure::too_many);
    EXPECT_THAT(e.what(), HasSubstr("a.example failed 3 times: status 503"));
  }
  EXPECT_EQ(busy.requests().size(), 3U);
  ScriptedFetcher closed(in_order({{.status = 429, .headers = {{"retry-after", "86400"}}}}));
  const milliseconds before = since_begin(clock);
  EXPECT_THROW(PoliteFetcher(closed, clock).fetch({.url = "http://a.example/"}), FetchError);
  EXPECT_EQ(closed.requests().size(), 1U);
  EXPECT_EQ(since_begin(clock), before);
}

TEST(PoliteFetcherTest, hands_on_what_will_not_pass) {
  for (const int status : {200, 304, 400, 401, 403, 404, 501}) {
    ManualClock clock;
    ScriptedFetcher inner(in_order({{.status = status}}));
    EXPECT_EQ(PoliteFetcher(inner, clock).fetch({.url = "http://a.example/"}).status, status);
    EXPECT_EQ(inner.requests().size(), 1U);
  }
}

TEST(PoliteFetcherTest, repeats_cut_answers_but_not_a_wrong_certificate) {
  ManualClock clock;
  int left = 2;
  ScriptedFetcher cut([&](const FetchRequest&) -> FetchResponse {
    if (left-- > 0) throw FetchError(FetchFailure::cut, "the answer was cut off");
    return {.status = 200};
  });
  EXPECT_EQ(PoliteFetcher(cut, clock).fetch({.url = "http://a.example/"}).status, 200);
  ScriptedFetcher forged([](const FetchRequest&) -> FetchResponse {
    throw FetchError(FetchFailure::certificate, "not verified");
  });
  EXPECT_THROW(PoliteFetcher(forged, clock).fetch({.url = "https://a.example/"}), FetchError);
  EXPECT_EQ(forged.requests().size(), 1U);
}

TEST(PoliteFetcherTest, keys_stay_with_the_server_they_are_for) {
  ManualClock clock;
  ScriptedFetcher inner([](const FetchRequest& request) -> FetchResponse {
    if (request.url == "https://a.example/1") {
      return {.status = 302, .headers = {{"location", "/2"}}};
    }
    if (request.url == "https://a.example/2") {
      return {.status = 307, .headers = {{"location", "https://b.example/3"}}};
    }
    return {.status = 200};
  });
  PoliteFetcher fetcher(inner, clock, {.user_agent = "Name/1"});
  fetcher.fetch({.url = "https://a.example/1",
                 .headers = {{"X-MAL-CLIENT-ID", "secret"}, {"Accept", "application/json"}}});
  ASSERT_EQ(inner.requests().size(), 3U);
  EXPECT_TRUE(inner.requests()[1].headers.contains("X-MAL-CLIENT-ID"));
  EXPECT_FALSE(inner.requests()[2].headers.contains("X-MAL-CLIENT-ID"));
  EXPECT_EQ(inner.requests()[2].headers.at("Accept"), "application/json");
  EXPECT_EQ(inner.requests()[2].headers.at("User-Agent"), "Name/1");
}

TEST(PoliteFetcherTest, refuses_redirections_in_circles_and_out_of_tls) {
  ManualClock clock;
  ScriptedFetcher circle(in_order({{.status = 301, .headers = {{"location", "/"}}}}));
  EXPECT_THROW(PoliteFetcher(circle, clock).fetch({.url = "http://a.example/"}), Error);
  EXPECT_EQ(circle.requests().size(), 6U);
  ScriptedFetcher down(in_order({{.status = 302, .headers = {{"location", "http://a.example/"}}}}));
  EXPECT_THROW(PoliteFetcher(down, clock).fetch({.url = "https://a.example/"}), Error);
  EXPECT_EQ(down.requests().size(), 1U);
}

TEST(PoliteFetcherTest, a_stop_request_ends_waiting) {
  ManualClock clock;
  std::stop_source stop;
  ScriptedFetcher inner([&](const FetchRequest&) -> FetchResponse {
    stop.request_stop();
    return {.status = 503};
  });
  try {
    PoliteFetcher(inner, clock, {.stop = stop.get_token()}).fetch({.url = "http://a.example/"});
    FAIL();
  } catch (const FetchError& e) {
    EXPECT_EQ(e.failure(), FetchFailure::stopped);
  }
}

}  // namespace
}  // namespace anireco
