#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/http_fixture.h"

namespace anireco {
namespace {

using testing_api::becomes;
using testing_api::get_request;
using testing_api::has_status;
using testing_api::kDimension;
using testing_api::RawClient;
using testing_api::Reply;
using testing_api::RunningServer;
using testing_api::StuckEncoder;
using testing_api::TestApi;

ApiOptions only_encoder(AccessOptions access = {}) {
  return {.serves = Serves::encoder, .access = std::move(access)};
}

std::vector<float> floats(const boost::json::value& values) {
  std::vector<float> out;
  for (const auto& v : values.as_array()) out.push_back(static_cast<float>(v.to_number<double>()));
  return out;
}

std::string encode_request(const std::string& body) {
  return "POST /encode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(EncoderServer, gives_each_text_its_vector_and_names_the_model) {
  TestApi api({}, only_encoder());
  const HashingEncoder encoder(kDimension);
  const Reply reply = api.post("/encode", R"({"texts":["quiet sea","","тихое море"]})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto json = reply.json();
  EXPECT_EQ(json.at("model").as_string(), encoder.fingerprint());
  EXPECT_EQ(json.at("dimension").to_number<std::size_t>(), kDimension);
  EXPECT_EQ(floats(json.at("vectors").at(0)), encoder.encode("quiet sea"));
  EXPECT_EQ(floats(json.at("vectors").at(1)), encoder.encode(""));
  EXPECT_EQ(floats(json.at("vectors").at(2)), encoder.encode("тихое море"));
  const Reply model = api.get("/encode");
  EXPECT_EQ(model.json().at("model").as_string(), encoder.fingerprint());
}

TEST(EncoderServer, refuses_what_it_does_not_understand) {
  TestApi api({}, only_encoder());
  for (const std::string& body :
       {std::string(R"({})"), std::string(R"({"texts":[]})"), std::string(R"({"texts":"one"})"),
        std::string(R"({"texts":[1]})"), std::string(R"({"texts":["a"],"role":"titles"})"),
        std::string(R"({"texts":["a"],"other":1})"),
        "{\"texts\":[\"" + std::string(20000, 'a') + "\"]}"}) {
    EXPECT_EQ(api.post("/encode", body).status, 422) << body.substr(0, 60);
  }
  EXPECT_EQ(api.post("/encode", "{").status, 400);
  boost::json::array many(129, "a");
  EXPECT_EQ(
      api.post("/encode", boost::json::serialize(boost::json::object{{"texts", many}})).status,
      422);
}

TEST(EncoderServer, serves_nothing_else) {
  TestApi api({}, only_encoder());
  for (const char* path : {"/", "/docs", "/openapi.json", "/api/v1/search?q=x", "/api/v1/filters",
                           "/docs/docs.js", "/recommend"}) {
    EXPECT_EQ(api.get(path).status, 404) << path;
  }
  EXPECT_EQ(api.get("/healthz").status, 200);
  EXPECT_EQ(api.get("/readyz").json().at("status").as_string(), "ready");
  EXPECT_NE(api.get("/metrics").body.find("anireco_encoder_ready 1"), std::string::npos);
  EXPECT_EQ(TestApi(testing_api::small_catalogue()).post("/encode", "{}").status, 404);
}

TEST(EncoderServer, asks_for_its_key) {
  const std::string key = "a-key-that-is-long-enough-1";
  TestApi api({}, only_encoder({.keys = ApiKeys("api " + key)}));
  EXPECT_EQ(api.post("/encode", R"({"texts":["a"]})").status, 401);
  EXPECT_EQ(api.get("/encode").status, 401);
  EXPECT_EQ(api.get("/encode", {{"authorization", "Bearer " + key}}).status, 200);
  EXPECT_EQ(api.get("/readyz").status, 200);
}

TEST(EncoderServer, is_not_ready_without_its_encoder) {
  TestApi api({}, only_encoder());
  api.gate.open(nullptr);
  EXPECT_EQ(api.get("/readyz").status, 503);
  EXPECT_EQ(api.get("/encode").status, 503);
  EXPECT_EQ(api.post("/encode", R"({"texts":["a"]})").status, 503);
}

TEST(EncoderServer, answers_many_at_once_and_refuses_at_once_when_its_queue_is_full) {
  TestApi api({}, only_encoder());
  std::promise<void> go;
  const auto scheduler = std::make_shared<EncoderScheduler>(
      std::make_shared<StuckEncoder>(go.get_future().share()),
      EncoderSchedulerOptions{.threads = 1, .queue_capacity = 4});
  api.gate.open(scheduler);
  RunningServer running(api.api, {});
  RawClient first(running.server.port());
  first.send(encode_request(R"({"texts":["one","two","three"]})"));
  ASSERT_TRUE(becomes([&] { return scheduler->stats().cache_misses == 3; }));
  RawClient second(running.server.port());
  second.send(encode_request(R"({"texts":["four","five","six","seven","eight"]})"));
  const std::string refusal = second.receive();
  EXPECT_TRUE(has_status(refusal, 503)) << refusal;
  EXPECT_NE(refusal.find("Retry-After: 1"), std::string::npos);
  second.send(get_request("/healthz"));
  EXPECT_TRUE(has_status(second.receive(), 200));
  go.set_value();
  const std::string answer = first.receive();
  ASSERT_TRUE(has_status(answer, 200)) << answer;
  const auto json = boost::json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
  EXPECT_EQ(floats(json.at("vectors").at(2)), HashingEncoder(kDimension).encode("three"));
  // What is remembered comes without the queue.
  first.send(encode_request(R"({"texts":["three","one"]})"));
  EXPECT_TRUE(has_status(first.receive(), 200));
}

TEST(EncoderServer, leaves_nothing_of_itself_in_the_queue_when_it_ends) {
  TestApi api({}, only_encoder());
  std::promise<void> go;
  auto scheduler = std::make_shared<EncoderScheduler>(
      std::make_shared<StuckEncoder>(go.get_future().share()),
      EncoderSchedulerOptions{.threads = 1, .queue_capacity = 4});
  const std::weak_ptr<EncoderScheduler> watched = scheduler;
  std::promise<void> encoded;
  ASSERT_TRUE(scheduler->submit("before", [&](const EncodeResult&) { encoded.set_value(); }));
  ASSERT_TRUE(becomes([&] { return scheduler->stats().queue_depth == 0; }));
  api.gate.open(scheduler);
  {
    RunningServer running(api.api, {});
    RawClient client(running.server.port());
    client.send(encode_request(R"({"texts":["one","two","three","four","five"]})"));
    EXPECT_TRUE(has_status(client.receive(), 503));
    EXPECT_EQ(scheduler->stats().queue_depth, 4U);
  }
  // The server is gone; what it had asked for before it refused is still waiting.
  go.set_value();
  encoded.get_future().wait();
  api.gate.open(nullptr);
  scheduler.reset();
  EXPECT_TRUE(watched.expired()) << "what waits in the queue keeps the queue alive";
}

}  // namespace
}  // namespace anireco
