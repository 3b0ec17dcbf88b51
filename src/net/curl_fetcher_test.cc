#include "net/curl_fetcher.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "base/error.h"
#include "net/fetch_error.h"
#include "net/silent_server.h"

namespace anireco {
namespace {

/// Answers one connection on a free port of the loopback with fixed bytes.
class OneAnswerServer {
 public:
  explicit OneAnswerServer(std::string answer) : answer_(std::move(answer)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      const int peer = accept(listener_, nullptr, nullptr);
      char buffer[4096];
      const ssize_t got = read(peer, buffer, sizeof buffer);
      if (got > 0) received_.assign(buffer, static_cast<std::size_t>(got));
      EXPECT_GE(write(peer, answer_.data(), answer_.size()), 0);
      close(peer);
    });
  }
  ~OneAnswerServer() {
    if (thread_.joinable()) thread_.join();
    close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/x"; }
  const std::string& received() {
    thread_.join();
    return received_;
  }

 private:
  std::string answer_;
  std::string received_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

TEST(CurlFetcherTest, brings_status_headers_and_body) {
  OneAnswerServer server(
      "HTTP/1.1 404 Not Found\r\nX-Thing:  seven \r\nContent-Length: 5\r\n\r\nhello");
  const FetchResponse response = CurlFetcher().fetch({.url = server.url()});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.at("x-thing"), "seven");
  EXPECT_EQ(response.body, "hello");
}

TEST(CurlFetcherTest, sends_method_headers_and_body) {
  OneAnswerServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CurlFetcher().fetch(
      {.method = "POST", .url = server.url(), .headers = {{"X-A", "b"}}, .body = "{}"});
  const std::string& received = server.received();
  EXPECT_TRUE(received.starts_with("POST /x HTTP/1.1\r\n"));
  EXPECT_NE(received.find("X-A: b\r\n"), std::string::npos);
  EXPECT_TRUE(received.ends_with("{}"));
}

TEST(CurlFetcherTest, a_connection_that_was_closed_while_idle_does_no_harm) {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listener, 2), 0);
  socklen_t size = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  // Each connection is answered once and then closed, without a word of warning.
  std::thread server([&] {
    for (int n = 0; n < 2; ++n) {
      const int peer = accept(listener, nullptr, nullptr);
      char buffer[4096];
      EXPECT_GT(read(peer, buffer, sizeof buffer), 0);
      EXPECT_GT(write(peer, answer.data(), answer.size()), 0);
      close(peer);
    }
  });
  CurlFetcher fetcher({.max_idle = std::chrono::seconds(4), .use_proxy = false});
  const FetchRequest request{
      .method = "POST",
      .url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/",
      .body = "{}"};
  EXPECT_EQ(fetcher.fetch(request).body, "ok");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(fetcher.fetch(request).body, "ok");
  server.join();
  close(listener);
}

TEST(CurlFetcherTest, long_bodies_are_sent_without_asking_first) {
  OneAnswerServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  try {
    CurlFetcher().fetch(
        {.method = "PUT", .url = server.url(), .body = std::string(std::size_t{2} << 20, 'x')});
  } catch (const FetchError&) {
    // The server closes before it has read all.
  }
  EXPECT_EQ(server.received().find("Expect:"), std::string::npos);
}

TEST(CurlFetcherTest, certificates_of_ones_own_must_be_readable) {
  try {
    CurlFetcher({.ca_file = "/nowhere/ca.pem"}).fetch({.url = "https://127.0.0.1:1/"});
    FAIL();
  } catch (const FetchError& error) {
    EXPECT_TRUE(error.failure() == FetchFailure::certificate ||
                error.failure() == FetchFailure::connect);
  }
}

TEST(CurlFetcherTest, refuses_what_is_too_large_cut_or_no_url) {
  OneAnswerServer large("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123456789");
  EXPECT_THROW(CurlFetcher().fetch({.url = large.url(), .max_body_bytes = 8}), Error);
  OneAnswerServer cut("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123");
  EXPECT_THROW(CurlFetcher().fetch({.url = cut.url()}), Error);
  EXPECT_THROW(CurlFetcher().fetch({.url = "file:///etc/hostname"}), Error);
  EXPECT_THROW(CurlFetcher().fetch({.url = "http://"}), Error);
}

FetchFailure failure_of(FetchRequest request) {
  try {
    CurlFetcher().fetch(request);
  } catch (const FetchError& e) {
    return e.failure();
  }
  ADD_FAILURE() << "an answer came";
  return FetchFailure::other;
}

TEST(CurlFetcherTest, tells_why_no_answer_came) {
  OneAnswerServer cut("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123");
  EXPECT_EQ(failure_of({.url = cut.url()}), FetchFailure::cut);
  std::string gone;
  {
    OneAnswerServer closed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    gone = closed.url();
    CurlFetcher().fetch({.url = gone});
  }
  EXPECT_EQ(failure_of({.url = gone}), FetchFailure::connect);
  // The exchange hangs after the handshake.
  const SilentServer silent;
  EXPECT_EQ(failure_of({.url = silent.url(), .timeout = std::chrono::milliseconds(50)}),
            FetchFailure::timed_out);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(failure_of({.url = silent.url(), .stop = stop.get_token()}), FetchFailure::stopped);
}

}  // namespace
}  // namespace anireco
