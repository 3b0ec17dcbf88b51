#include "api/http_server.h"

#include <gtest/gtest.h>

#include <future>
#include <random>
#include <thread>

#include "api/http_fixture.h"

namespace anireco {
namespace {

using namespace std::chrono_literals;
using testing_api::becomes;
using testing_api::get_request;
using testing_api::has_status;
using testing_api::RawClient;
using testing_api::RunningServer;
using testing_api::small_catalogue;
using testing_api::StuckEncoder;
using testing_api::TestApi;

HttpServerOptions quick_limits() {
  HttpServerOptions options;
  options.idle_timeout = 2s;
  options.header_timeout = 400ms;
  options.body_timeout = 400ms;
  return options;
}

class HttpServerTest : public testing::Test {
 protected:
  TestApi api_{small_catalogue()};
};

TEST_F(HttpServerTest, keeps_a_connection_and_answers_what_is_pipelined_in_order) {
  RunningServer running(api_.api, {});
  RawClient client(running.server.port());
  client.send(get_request("/healthz") + get_request("/api/v1/anime/mal:1") +
              get_request("/api/v1/search?q=space") + get_request("/nothing"));
  EXPECT_NE(client.receive().find(R"({"status":"ok"})"), std::string::npos);
  EXPECT_NE(client.receive().find("Mushishi"), std::string::npos);
  EXPECT_NE(client.receive().find("Cowboy Bebop"), std::string::npos);
  EXPECT_TRUE(has_status(client.receive(), 404));
  client.send(get_request("/healthz", "Connection: close\r\n"));
  EXPECT_NE(client.receive().find("Connection: close"), std::string::npos);
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, answers_a_client_that_has_closed_its_own_side) {
  RunningServer running(api_.api, {});
  RawClient client(running.server.port());
  client.send(get_request("/api/v1/search?q=space"));
  client.half_close();
  EXPECT_TRUE(has_status(client.receive(), 200));
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpServerTest, tells_the_length_but_sends_no_body_for_head) {
  RunningServer running(api_.api, {});
  RawClient client(running.server.port());
  client.send("HEAD /docs HTTP/1.1\r\nHost: localhost\r\n\r\n" + get_request("/healthz"));
  const std::string head = client.receive_head();
  EXPECT_TRUE(has_status(head, 200));
  EXPECT_EQ(head.find("Content-Length: 0"), std::string::npos);
  EXPECT_NE(client.receive().find(R"({"status":"ok"})"), std::string::npos);
}

TEST_F(HttpServerTest, asks_for_a_body_that_waits_to_be_asked_for) {
  RunningServer running(api_.api, {});
  RawClient client(running.server.port());
  client.send(
      "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 13\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(client.receive().starts_with("HTTP/1.1 100 Continue"));
  client.send(R"({"q":"space"})");
  EXPECT_TRUE(has_status(client.receive(), 200));
}

TEST_F(HttpServerTest, gives_up_on_clients_that_never_finish) {
  RunningServer running(api_.api, quick_limits());
  RawClient slow_head(running.server.port());
  RawClient slow_body(running.server.port());
  RawClient silent(running.server.port());
  slow_head.send("GET / HTTP/1.1\r\nHost: loc");
  slow_body.send(
      "POST /recommend HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 10\r\n\r\nabc");
  // Others are served meanwhile.
  RawClient other(running.server.port());
  other.send(get_request("/api/v1/search?q=space"));
  EXPECT_TRUE(has_status(other.receive(), 200));
  EXPECT_TRUE(has_status(slow_head.receive(), 408));
  EXPECT_TRUE(slow_head.closed());
  EXPECT_TRUE(has_status(slow_body.receive(), 408));
  EXPECT_TRUE(silent.closed());
}

TEST_F(HttpServerTest, does_not_let_a_trickle_of_bytes_hold_a_connection) {
  RunningServer running(api_.api, quick_limits());
  RawClient client(running.server.port());
  const std::string request = get_request("/" + std::string(200, 'a'));
  bool sending = true;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; sending && i < request.size(); ++i) {
    sending = client.send(request.substr(i, 1));
    std::this_thread::sleep_for(20ms);
    if (std::chrono::steady_clock::now() - begin > 3s) break;
  }
  EXPECT_TRUE(has_status(client.receive(), 408));
}

TEST_F(HttpServerTest, refuses_what_is_too_large_and_still_is_heard) {
  RunningServer running(api_.api, {});
  RawClient client(running.server.port());
  client.send("POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n" +
              std::string(200000, ' '));
  EXPECT_TRUE(has_status(client.receive(), 413));
  RawClient long_line(running.server.port());
  long_line.send("GET /" + std::string(70000, 'a'));
  EXPECT_TRUE(has_status(long_line.receive(), 414));
}

TEST_F(HttpServerTest, survives_mutated_requests) {
  RunningServer running(api_.api, quick_limits());
  const std::vector<std::string> seeds = {
      get_request("/api/v1/search?q=space&genre=Action&year=1990..2020"),
      get_request("/api/v1/anime/mal:1/similar?limit=3"),
      "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 42\r\n\r\n{\"q\":\"a b\",\"filters\":{\"year\":{\"min\":2000}}}",
  };
  std::mt19937 random(11);
  const auto below = [&](std::size_t n) { return random() % n; };
  for (int round = 0; round < 1000; ++round) {
    std::string bytes = seeds[below(seeds.size())];
    for (std::size_t edits = 1 + below(5); edits > 0; --edits) {
      const std::size_t at = below(bytes.size());
      if (below(2) == 0) {
        bytes[at] = static_cast<char>(below(256));
      } else {
        bytes.insert(at, bytes.substr(below(bytes.size()), below(30)));
      }
    }
    RawClient client(running.server.port());
    ASSERT_TRUE(client.connected);
    client.send(bytes);
    client.half_close();
    const std::string answer = client.receive(5s);
    EXPECT_FALSE(has_status(answer, 500)) << bytes << answer;
  }
  RawClient after(running.server.port());
  after.send(get_request("/healthz"));
  EXPECT_TRUE(has_status(after.receive(), 200));
}

TEST_F(HttpServerTest, refuses_at_once_when_all_places_are_taken_and_drains_the_rest) {
  std::promise<void> go;
  const auto scheduler =
      std::make_shared<EncoderScheduler>(std::make_shared<StuckEncoder>(go.get_future().share()),
                                         EncoderSchedulerOptions{.threads = 1});
  api_.gate.open(scheduler);
  HttpServerOptions options;
  options.runner.max_waiting = 2;
  RunningServer running(api_.api, options);
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int n = 0; n < 4; ++n) {  // Two workers and two places.
    waiting.push_back(std::make_unique<RawClient>(running.server.port()));
    waiting.back()->send(get_request("/api/v1/search?q=word" + std::to_string(n)));
  }
  ASSERT_TRUE(becomes([&] { return scheduler->stats().cache_misses == waiting.size(); }));
  RawClient refused(running.server.port());
  refused.send(get_request("/api/v1/search?q=other"));
  const std::string answer = refused.receive();
  EXPECT_TRUE(has_status(answer, 503)) << answer;
  EXPECT_NE(answer.find("Retry-After: 1"), std::string::npos);
  refused.send(get_request("/healthz"));
  EXPECT_TRUE(has_status(refused.receive(), 200));

  RawClient idle(running.server.port());
  std::this_thread::sleep_for(50ms);
  running.server.stop();
  EXPECT_TRUE(idle.closed(2s));
  go.set_value();
  for (const auto& client : waiting) {
    const std::string late = client->receive();
    EXPECT_TRUE(has_status(late, 200)) << late;
    EXPECT_NE(late.find("Connection: close"), std::string::npos);
  }
  running.finish();
  EXPECT_FALSE(RawClient(running.server.port()).connected);
}

/// Encodes until it is told to stop, then waits.
class StoppableEncoder final : public TextEncoder {
 public:
  explicit StoppableEncoder(std::shared_future<void> go) : stuck_(std::move(go)) {}
  std::size_t dimension() const override { return stuck_.dimension(); }
  const std::string& fingerprint() const override { return stuck_.fingerprint(); }
  Tokens tokenize(std::string_view text) const override { return stuck_.tokenize(text); }
  void encode_tokens(std::span<const Tokens> sequences, std::span<float> out,
                     ThreadTeam* team) const override {
    if (stopped) {
      stuck_.encode_tokens(sequences, out, team);
    } else {
      HashingEncoder(dimension()).encode_tokens(sequences, out, team);
    }
  }
  std::atomic<bool> stopped = false;

 private:
  StuckEncoder stuck_;
};

TEST_F(HttpServerTest, answers_what_needs_no_encoding_while_new_texts_take_all_their_places) {
  std::promise<void> go;
  const auto encoder = std::make_shared<StoppableEncoder>(go.get_future().share());
  const auto scheduler =
      std::make_shared<EncoderScheduler>(encoder, EncoderSchedulerOptions{.threads = 1});
  api_.gate.open(scheduler);
  HttpServerOptions options;
  options.runner.max_waiting = 2;
  RunningServer running(api_.api, options);
  RawClient client(running.server.port());
  client.send(get_request("/api/v1/search?q=known+text"));
  ASSERT_TRUE(has_status(client.receive(), 200));
  // An answer may be here before its request has ended.
  ASSERT_TRUE(becomes([&] { return api_.api.load().queued_requests == 0; }));
  encoder->stopped = true;
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int n = 0; n < 4; ++n) {  // Two workers and two places.
    waiting.push_back(std::make_unique<RawClient>(running.server.port()));
    waiting.back()->send(get_request("/api/v1/search?q=word" + std::to_string(n)));
  }
  ASSERT_TRUE(becomes([&] { return scheduler->stats().cache_misses == 1 + waiting.size(); }));
  client.send(get_request("/api/v1/search?q=another"));
  EXPECT_TRUE(has_status(client.receive(), 503));
  for (int n = 0; n < 10; ++n) {
    for (const char* target :
         {"/api/v1/search?q=known+text", "/api/v1/search", "/api/v1/suggest?q=cow"}) {
      client.send(get_request(target));
      const std::string answer = client.receive();
      EXPECT_TRUE(has_status(answer, 200)) << target << answer;
      EXPECT_EQ(answer.find("encoder_busy"), std::string::npos) << target << answer;
    }
  }
  go.set_value();
  for (const auto& late : waiting) EXPECT_TRUE(has_status(late->receive(), 200));
}

TEST_F(HttpServerTest, says_so_when_an_answer_takes_too_long) {
  std::promise<void> go;
  api_.gate.open(
      std::make_shared<EncoderScheduler>(std::make_shared<StuckEncoder>(go.get_future().share()),
                                         EncoderSchedulerOptions{.threads = 1}));
  HttpServerOptions options;
  options.answer_timeout = 200ms;
  RunningServer running(api_.api, options);
  RawClient client(running.server.port());
  client.send(get_request("/api/v1/search?q=slow"));
  EXPECT_TRUE(has_status(client.receive(), 503));
  go.set_value();
}

TEST_F(HttpServerTest, turns_connections_away_beyond_its_limit) {
  HttpServerOptions options;
  options.max_connections = 2;
  RunningServer running(api_.api, options);
  RawClient one(running.server.port());
  RawClient two(running.server.port());
  one.send(get_request("/healthz"));
  two.send(get_request("/healthz"));
  EXPECT_TRUE(has_status(one.receive(), 200));
  EXPECT_TRUE(has_status(two.receive(), 200));
  RawClient three(running.server.port());
  EXPECT_TRUE(has_status(three.receive(), 503));
}

TEST_F(HttpServerTest, swaps_generations_under_load_without_a_wrong_answer) {
  HttpServerOptions options;
  options.event_threads = 2;
  RunningServer running(api_.api, options);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> right = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 4; ++c) {
    clients.emplace_back([&, c] {
      RawClient client(running.server.port());
      for (int n = 0; !stop; ++n) {
        client.send(get_request("/api/v1/search?q=space+ship+" + std::to_string(n % 7 + c)));
        const std::string answer = client.receive();
        const bool fine =
            has_status(answer, 200) && answer.find("Cowboy Bebop") != std::string::npos;
        ++(fine ? right : wrong);
      }
    });
  }
  for (std::uint64_t generation = 2; generation < 12; ++generation) {
    api_.snapshots.set(testing_api::make_snapshot(small_catalogue(), generation));
    std::this_thread::sleep_for(30ms);
  }
  // A slow machine answers few in that time, and each counts.
  for (int i = 0; i < 1000 && right <= 20 && wrong == 0; ++i) std::this_thread::sleep_for(30ms);
  stop = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(right, 20);
}

TEST_F(HttpServerTest, names_the_port_that_is_taken) {
  RunningServer running(api_.api, {});
  TestApi other(small_catalogue());
  try {
    HttpServer second(other.api, {.port = running.server.port()});
    FAIL() << "two servers on one port";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_NE(std::string(error.what()).find(std::to_string(running.server.port())),
              std::string::npos);
  }
}

}  // namespace
}  // namespace anireco
