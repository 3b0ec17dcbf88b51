#include "api/access_control.h"

#include <gtest/gtest.h>

#include "api/api_fixture.h"
#include "api/embedded.h"

namespace anireco {
namespace {

using namespace std::chrono_literals;
using testing_api::Reply;
using testing_api::small_catalogue;
using testing_api::TestApi;

const std::string kAnn = "ann-has-this-long-key-0123";
const std::string kBen = "ben-has-another-key-456789";

ApiKeys two_keys() { return ApiKeys("ann " + kAnn + "\nben " + kBen); }

HttpRequest from(const std::string& peer, NameValues headers = {}) {
  HttpRequest request;
  request.peer = peer;
  request.headers = std::move(headers);
  return request;
}

int status_of(const AccessControl& control, const HttpRequest& request,
              Access access = Access::limited) {
  try {
    control.admit(request, access);
    return 200;
  } catch (const Problem& problem) {
    return problem.status();
  }
}

/// Requests that are taken before the first refusal.
int taken(const AccessControl& control, const HttpRequest& request) {
  int count = 0;
  while (status_of(control, request) == 200 && count < 1000) ++count;
  return count;
}

TEST(Access, is_free_without_keys_and_limits) {
  TestApi api(small_catalogue());
  const Reply reply = api.get("/api/v1/search?q=space", {{"authorization", "Bearer whatever"}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.headers.contains("RateLimit"));
}

TEST(Access, wants_a_key_where_one_is_required) {
  TestApi api(small_catalogue(), {.access = {.keys = two_keys()}});
  for (const char* path : {"/api/v1/search", "/api/v1/filters", "/metrics", "/posters/x",
                           "/api/v1/profiles/ann", "/filters"}) {
    const Reply reply = api.get(path);
    EXPECT_EQ(reply.status, 401) << path;
    EXPECT_EQ(reply.content_type, "application/problem+json");
    EXPECT_EQ(reply.headers.at("WWW-Authenticate"), "Bearer realm=\"anireco\"");
  }
  for (const char* path : {"/healthz", "/openapi.json", "/docs", "/docs/docs.js"}) {
    EXPECT_EQ(api.get(path).status, 200) << path;
  }
  EXPECT_EQ(api.get("/api/v1/filters", {{"authorization", "Bearer " + kAnn}}).status, 200);
  EXPECT_EQ(api.get("/api/v1/filters", {{"authorization", "bearer  " + kBen}}).status, 200);
  EXPECT_EQ(api.get("/api/v1/filters", {{"x-api-key", kAnn}}).status, 200);
  EXPECT_EQ(api.get("/api/v1/filters", {{"authorization", "Basic YTpi"}}).status, 401);
}

TEST(Access, refuses_unknown_keys_also_where_none_is_required) {
  TestApi api(small_catalogue(), {.access = {.keys = two_keys(), .key_required = false}});
  EXPECT_EQ(api.get("/api/v1/filters").status, 200);
  EXPECT_EQ(api.get("/api/v1/filters", {{"authorization", "Basic YTpi"}}).status, 200);
  for (const std::string& wrong : {kAnn + "x", std::string()}) {
    const Reply reply = api.get("/api/v1/filters", {{"x-api-key", wrong}});
    EXPECT_EQ(reply.status, 401);
    EXPECT_NE(reply.headers.at("WWW-Authenticate").find("invalid_token"), std::string::npos);
    EXPECT_EQ(reply.body.find(kAnn), std::string::npos);
  }
}

TEST(Access, is_what_the_description_says) {
  const auto description = boost::json::parse(embedded::openapi_json());
  EXPECT_TRUE(description.at("security").at(0).as_object().empty());
  for (const Route& route : routes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto& operation = description.at("paths").at(route.path).at(method).as_object();
    const auto& responses = operation.at("responses").as_object();
    EXPECT_EQ(operation.contains("security"), route.access == Access::open) << route.path;
    EXPECT_EQ(responses.contains("401"), route.access != Access::open) << route.path;
    EXPECT_EQ(responses.contains("429"), route.access != Access::open) << route.path;
  }
}

TEST(Access, lets_a_browser_ask_first_without_a_key) {
  TestApi api(small_catalogue(),
              {.finish = {.cors_origins = {"https://a.example"}}, .access = {.keys = two_keys()}});
  const Reply reply = api.call("OPTIONS", "/api/v1/search", {}, {{"origin", "https://a.example"}});
  EXPECT_EQ(reply.status, 204);
  EXPECT_NE(reply.headers.at("Access-Control-Allow-Headers").find("Authorization"),
            std::string::npos);
  EXPECT_NE(reply.headers.at("Access-Control-Expose-Headers").find("RateLimit"), std::string::npos);
}

TEST(Access, tells_what_is_left_and_refuses_what_is_too_much) {
  TestApi api(small_catalogue(), {.access = {.per_address = {.per_minute = 6, .burst = 2}}});
  const Reply first = api.get("/api/v1/search?q=space");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.headers.at("RateLimit-Policy"), "\"client\";q=2;w=20");
  EXPECT_EQ(first.headers.at("RateLimit"), "\"client\";r=1;t=10");
  EXPECT_EQ(api.get("/api/v1/search?limit=wrong").headers.at("RateLimit"), "\"client\";r=0;t=20");
  const Reply refused = api.get("/api/v1/search?q=space");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.content_type, "application/problem+json");
  EXPECT_EQ(refused.headers.at("Retry-After"), "10");
  EXPECT_EQ(refused.headers.at("RateLimit"), "\"client\";r=0;t=20");
  const auto problem = refused.json();
  EXPECT_EQ(problem.at("status").as_int64(), 429);
  EXPECT_EQ(problem.at("title").as_string(), "Too Many Requests");
  for (const char* path : {"/healthz", "/metrics", "/openapi.json"}) {
    const Reply reply = api.get(path);
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_FALSE(reply.headers.contains("RateLimit")) << path;
  }
}

TEST(Access, counts_each_address_and_each_key_for_itself) {
  const auto clock = std::make_shared<ManualClock>();
  const AccessControl control({.keys = two_keys(),
                               .key_required = false,
                               .per_address = {.per_minute = 60, .burst = 3},
                               .per_key = {.per_minute = 60, .burst = 5}},
                              clock);
  EXPECT_EQ(taken(control, from("192.0.2.1")), 3);
  EXPECT_EQ(taken(control, from("192.0.2.2")), 3);
  EXPECT_EQ(taken(control, from("192.0.2.1", {{"x-api-key", kAnn}})), 5);
  EXPECT_EQ(taken(control, from("192.0.2.9", {{"x-api-key", kAnn}})), 0);
  EXPECT_EQ(taken(control, from("192.0.2.9", {{"x-api-key", kBen}})), 5);
  // Every subscriber of IPv6 has a whole network.
  EXPECT_EQ(taken(control, from("2001:db8:0:1::1")), 3);
  EXPECT_EQ(taken(control, from("2001:db8:0:1:ffff::2")), 0);
  EXPECT_EQ(taken(control, from("2001:db8:0:2::1")), 3);
  clock->advance(2s);
  EXPECT_EQ(taken(control, from("192.0.2.1")), 2);
}

TEST(Access, counts_guesses_at_keys) {
  const AccessControl control({.keys = two_keys(), .per_address = {.per_minute = 1, .burst = 2}});
  const HttpRequest guess = from("192.0.2.1", {{"x-api-key", "a guess that is long enough"}});
  EXPECT_EQ(status_of(control, guess), 401);
  EXPECT_EQ(status_of(control, from("192.0.2.1")), 401);
  EXPECT_EQ(status_of(control, guess), 429);
  EXPECT_EQ(status_of(control, from("192.0.2.1")), 429);
  EXPECT_EQ(status_of(control, from("192.0.2.1", {{"x-api-key", kAnn}})), 200);
}

TEST(Access, counts_guesses_also_where_nothing_else_counts) {
  const AccessControl control({.keys = two_keys(), .per_address = {.per_minute = 1, .burst = 2}});
  const HttpRequest guess = from("192.0.2.1", {{"x-api-key", "a guess that is long enough"}});
  EXPECT_EQ(status_of(control, guess, Access::keyed), 401);
  EXPECT_EQ(status_of(control, guess, Access::keyed), 401);
  EXPECT_EQ(status_of(control, guess, Access::keyed), 429);
  EXPECT_EQ(status_of(control, guess), 429);
  EXPECT_EQ(status_of(control, guess, Access::open), 200);
  const HttpRequest known = from("192.0.2.1", {{"x-api-key", kAnn}});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(status_of(control, known, Access::keyed), 200);
    EXPECT_EQ(status_of(control, from("192.0.2.2"), Access::keyed), 401);
  }
  EXPECT_EQ(status_of(control, from("192.0.2.2")), 401);
}

TEST(Access, believes_the_address_that_a_trusted_proxy_tells) {
  const AccessControl control(
      {.proxies = TrustedProxies({"127.0.0.1"}), .per_address = {.per_minute = 1, .burst = 2}});
  EXPECT_EQ(taken(control, from("127.0.0.1", {{"x-forwarded-for", "192.0.2.1"}})), 2);
  EXPECT_EQ(taken(control, from("127.0.0.1", {{"x-forwarded-for", "8.8.8.8, 192.0.2.1"}})), 0);
  EXPECT_EQ(taken(control, from("127.0.0.1", {{"x-forwarded-for", "192.0.2.2"}})), 2);
  EXPECT_EQ(taken(control, from("192.0.2.3", {{"x-forwarded-for", "192.0.2.4"}})), 2);
  EXPECT_EQ(taken(control, from("192.0.2.3", {{"x-forwarded-for", "192.0.2.5"}})), 0);
}

}  // namespace
}  // namespace anireco
