#include <gtest/gtest.h>

#include "api/http_fixture.h"

namespace anireco {
namespace {

using namespace std::chrono_literals;
using testing_api::get_request;
using testing_api::has_status;
using testing_api::RawClient;
using testing_api::RunningServer;
using testing_api::small_catalogue;
using testing_api::TestApi;

const std::string kKey = "a-key-that-is-long-enough-1";

ApiOptions with_key() { return {.access = {.keys = ApiKeys("ann " + kKey)}}; }

std::string upload_head(std::size_t length, const std::string& more = "") {
  return "PUT /api/v1/profiles/ann HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
         std::to_string(length) + "\r\n" + more + "\r\n";
}

TEST(HeadFirst, refuses_an_upload_without_a_key_before_its_body_comes) {
  TestApi api(small_catalogue(), with_key());
  RunningServer running(api.api, {});
  RawClient client(running.server.port());
  client.send(upload_head(16 << 20));
  const std::string answer = client.receive();
  EXPECT_TRUE(has_status(answer, 401)) << answer;
  EXPECT_NE(answer.find("Connection: close"), std::string::npos) << answer;
  client.half_close();
  EXPECT_TRUE(client.closed());
}

TEST(HeadFirst, does_not_tell_a_client_without_a_key_to_go_on) {
  TestApi api(small_catalogue(), with_key());
  RunningServer running(api.api, {});
  RawClient client(running.server.port());
  client.send(upload_head(100, "Expect: 100-continue\r\n"));
  EXPECT_TRUE(has_status(client.receive(), 401));
  RawClient known(running.server.port());
  known.send(upload_head(17, "Expect: 100-continue\r\nX-API-Key: " + kKey + "\r\n"));
  EXPECT_TRUE(has_status(known.receive_head(), 100));
  known.send("mal:1 completed 9");
  EXPECT_TRUE(has_status(known.receive(), 200));
}

TEST(HeadFirst, refuses_what_is_above_the_limit_before_its_body_comes) {
  TestApi api(small_catalogue(), {.access = {.per_address = {.per_minute = 1, .burst = 1}}});
  RunningServer running(api.api, {});
  RawClient client(running.server.port());
  client.send(get_request("/api/v1/search?q=space"));
  EXPECT_TRUE(has_status(client.receive(), 200));
  client.send(upload_head(1 << 20));
  const std::string answer = client.receive();
  EXPECT_TRUE(has_status(answer, 429)) << answer;
  EXPECT_NE(answer.find("Retry-After: "), std::string::npos);
}

TEST(HeadFirst, counts_a_request_with_a_body_once) {
  TestApi api(small_catalogue(), {.access = {.per_address = {.per_minute = 1, .burst = 2}}});
  RunningServer running(api.api, {});
  RawClient client(running.server.port());
  const std::string head =
      "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 13\r\n\r\n";
  for (int n = 0; n < 2; ++n) {
    client.send(head);
    std::this_thread::sleep_for(20ms);
    client.send("{\"q\":\"space\"}");
    EXPECT_TRUE(has_status(client.receive(), 200));
  }
  client.send(head + "{\"q\":\"space\"}");
  EXPECT_TRUE(has_status(client.receive(), 429));
}

TEST(HeadFirst, refuses_unknown_paths_methods_and_types_before_the_body) {
  TestApi api(small_catalogue());
  RunningServer running(api.api, {});
  const std::vector<std::pair<std::string, int>> cases = {
      {"POST /nowhere HTTP/1.1\r\nHost: localhost\r\n", 404},
      {"POST /api/v1/filters HTTP/1.1\r\nHost: localhost\r\n", 405},
      {"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n", 415},
      {"POST /api/v1/search HTTP/1.1\r\nHost: elsewhere.example\r\n", 421},
  };
  for (const auto& [head, status] : cases) {
    RawClient client(running.server.port());
    client.send(head + "Content-Length: 1000\r\n\r\n");
    EXPECT_TRUE(has_status(client.receive(), status)) << head;
  }
}

TEST(HeadFirst, refuses_lists_before_they_come_where_profiles_are_off) {
  TestApi api(small_catalogue(), {}, {}, std::make_shared<const PosterShelf>(), ListServices{});
  RunningServer running(api.api, {});
  RawClient client(running.server.port());
  client.send(upload_head(16 << 20));
  const std::string answer = client.receive();
  EXPECT_TRUE(has_status(answer, 403)) << answer;
  EXPECT_NE(answer.find("switched off"), std::string::npos) << answer;
}

TEST(HeadFirst, takes_no_more_bytes_of_bodies_at_a_time_than_it_may) {
  TestApi api(small_catalogue());
  HttpServerOptions options;
  options.max_body_bytes_in_flight = 30;
  RunningServer running(api.api, options);
  RawClient slow(running.server.port());
  slow.send(upload_head(17) + "mal:1 ");
  const auto other = [&] {
    RawClient client(running.server.port());
    client.send(upload_head(17, "Expect: 100-continue\r\n"));
    if (const std::string head = client.receive_head(); !has_status(head, 100)) return head;
    client.send("mal:1 completed 9");
    return client.receive();
  };
  std::this_thread::sleep_for(100ms);
  const std::string refusal = other();
  EXPECT_TRUE(has_status(refusal, 503)) << refusal;
  EXPECT_NE(refusal.find("Retry-After: "), std::string::npos) << refusal;
  slow.send("completed 9");
  EXPECT_TRUE(has_status(slow.receive(), 200));
  EXPECT_TRUE(has_status(other(), 200)) << "what was taken does not come back";
  {
    RawClient gone(running.server.port());
    gone.send(upload_head(17) + "mal:1 ");
    std::this_thread::sleep_for(100ms);
  }
  std::this_thread::sleep_for(100ms);
  EXPECT_TRUE(has_status(other(), 200)) << "what a client took that went does not come back";
}

TEST(HeadFirst, keeps_the_connection_where_a_body_is_merely_not_needed) {
  TestApi api(small_catalogue());
  RunningServer running(api.api, {});
  RawClient client(running.server.port());
  client.send(get_request("/healthz", "Content-Length: 4\r\n"));
  std::this_thread::sleep_for(20ms);
  client.send("abcd" + get_request("/healthz"));
  EXPECT_TRUE(has_status(client.receive(), 200));
  EXPECT_TRUE(has_status(client.receive(), 200));
}

TEST(HeadFirst, names_a_request_alike_in_refusal_and_answer) {
  TestApi api(small_catalogue(), with_key());
  RunningServer running(api.api, {});
  RawClient client(running.server.port());
  client.send(upload_head(5, "X-Request-Id: my-own-id\r\n"));
  EXPECT_NE(client.receive().find("X-Request-Id: my-own-id"), std::string::npos);
}

TEST(ConnectionsOfOneAddress, are_capped_and_come_back) {
  TestApi api(small_catalogue());
  HttpServerOptions options;
  options.max_connections_per_address = 2;
  RunningServer running(api.api, options);
  RawClient one(running.server.port());
  one.send(get_request("/healthz"));
  EXPECT_TRUE(has_status(one.receive(), 200));
  {
    RawClient two(running.server.port());
    two.send(get_request("/healthz"));
    EXPECT_TRUE(has_status(two.receive(), 200));
    RawClient three(running.server.port());
    const std::string refusal = three.receive();
    EXPECT_TRUE(has_status(refusal, 503)) << refusal;
    EXPECT_NE(refusal.find("too many connections"), std::string::npos);
  }
  bool again = false;
  for (int n = 0; n < 100 && !again; ++n) {
    RawClient next(running.server.port());
    next.send(get_request("/healthz"));
    again = has_status(next.receive(), 200);
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_TRUE(again) << "a place that was given back is not there";
}

TEST(ConnectionsOfOneAddress, are_not_capped_behind_a_proxy) {
  TestApi api(small_catalogue());
  HttpServerOptions options;
  options.max_connections_per_address = 1;
  options.many_behind = [](const IpAddress& address) { return is_loopback(address); };
  RunningServer running(api.api, options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int n = 0; n < 5; ++n) {
    clients.push_back(std::make_unique<RawClient>(running.server.port()));
    clients.back()->send(get_request("/healthz"));
    EXPECT_TRUE(has_status(clients.back()->receive(), 200));
  }
}

}  // namespace
}  // namespace anireco
