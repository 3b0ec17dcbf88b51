#include "api/request_parser.h"

#include <gtest/gtest.h>

#include <random>

namespace anireco {
namespace {

using State = RequestParser::State;

int refusal_of(std::string bytes, const HttpLimits& limits = {}) {
  RequestParser parser(limits);
  return parser.feed(bytes) == State::broken ? parser.problem().status() : 0;
}

TEST(RequestParser, takes_one_request_and_leaves_the_next) {
  std::string bytes =
      "POST /x?y=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX-Request-Id: me\r\n\r\nabcGET / HT";
  RequestParser parser(HttpLimits{});
  ASSERT_EQ(parser.feed(bytes), State::complete);
  EXPECT_EQ(bytes, "GET / HT");
  EXPECT_TRUE(parser.keep_alive());
  const HttpRequest request = parser.head();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/x?y=1");
  EXPECT_EQ(request.header("host"), "a");
  EXPECT_EQ(parser.take_body(), "abc");
  EXPECT_EQ(request.id, "me");
}

TEST(RequestParser, reads_the_same_however_the_bytes_are_cut) {
  const std::string whole =
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"
      "wikipedia";
  for (std::size_t step = 1; step < whole.size(); ++step) {
    RequestParser parser(HttpLimits{});
    std::string buffer;
    State state = State::head;
    for (std::size_t at = 0; at < whole.size() && state != State::complete; at += step) {
      buffer += whole.substr(at, step);
      state = parser.feed(buffer);
      ASSERT_NE(state, State::broken) << step;
    }
    ASSERT_EQ(state, State::complete) << step;
    EXPECT_EQ(parser.take_body(), "wikipedia");
  }
}

TEST(RequestParser, says_which_limit_was_broken) {
  const std::string long_text(70000, 'a');
  EXPECT_EQ(refusal_of("GET /" + long_text), 414);
  EXPECT_EQ(refusal_of("GET /" + std::string(40000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n"), 414);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: h\r\nX: " + long_text), 431);
  EXPECT_EQ(refusal_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n"), 413);
  EXPECT_EQ(refusal_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            411);
  EXPECT_EQ(refusal_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\n0q\r\n{"),
            411);
}

TEST(RequestParser, refuses_what_two_readers_could_understand_differently) {
  for (const char* bad :
       {"nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"}) {
    EXPECT_EQ(refusal_of(bad), 400) << bad;
  }
}

TEST(RequestParser, asks_for_the_body_of_a_polite_client) {
  std::string bytes =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  RequestParser parser(HttpLimits{});
  ASSERT_EQ(parser.feed(bytes), State::body);
  EXPECT_TRUE(parser.take_expect_continue());
  EXPECT_FALSE(parser.take_expect_continue());
}

TEST(RequestParser, survives_a_thousand_mutated_requests) {
  const std::string whole =
      "POST /api/v1/search?lang=ru HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
      "application/json\r\n"
      "Accept-Encoding: gzip\r\nContent-Length: 11\r\n\r\n{\"q\":\"abc\"}";
  std::mt19937 random(7);
  const auto below = [&](std::size_t n) { return random() % n; };
  for (int round = 0; round < 1000; ++round) {
    std::string bytes = whole;
    for (std::size_t edits = 1 + below(8); edits > 0 && !bytes.empty(); --edits) {
      const std::size_t at = below(bytes.size());
      switch (below(4)) {
        case 0:
          bytes[at] = static_cast<char>(below(256));
          break;
        case 1:
          bytes.erase(at, below(6));
          break;
        case 2:
          bytes.insert(at, bytes.substr(below(bytes.size()), below(20)));
          break;
        default:
          bytes.resize(at + 1);
      }
    }
    RequestParser parser(HttpLimits{.max_body_bytes = 4096});
    std::string buffer;
    for (std::size_t at = 0; at < bytes.size(); at += 17) {
      buffer += bytes.substr(at, 17);
      const State state = parser.feed(buffer);
      if (state == State::broken) {
        EXPECT_GE(parser.problem().status(), 400);
        break;
      }
      if (state == State::complete) {
        parser.head();
        parser.take_body();
        break;
      }
    }
  }
}

}  // namespace
}  // namespace anireco
