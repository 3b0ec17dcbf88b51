#include "encoder/remote/remote_encoder.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>

#include "encoder/encoder_scheduler.h"
#include "encoder/hashing_encoder.h"
#include "net/fetch_error.h"
#include "net/scripted_fetcher.h"

namespace anireco {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::size_t kDimension = 16;

/// An encoder server in memory whose answers can be spoilt.
class Server {
 public:
  FetchResponse answer(const FetchRequest& request) {
    ++requests;
    last = request;
    if (down > 0) {
      --down;
      throw FetchError(failure, "no connection to the server");
    }
    if (status != 200) return {.status = status};
    json::object body{{"model", model}, {"dimension", kDimension}};
    if (request.method == "POST") {
      json::array vectors;
      const json::value asked = json::parse(request.body);
      for (const json::value& text : asked.at("texts").as_array()) {
        texts.emplace_back(text.as_string());
        json::array values;
        for (const float v : encoder.encode(texts.back())) values.emplace_back(double{v});
        vectors.push_back(std::move(values));
      }
      body["vectors"] = std::move(vectors);
    }
    if (spoil) spoil(body);
    return {.status = 200, .headers = {}, .body = json::serialize(body)};
  }

  const HashingEncoder encoder{kDimension};
  std::string model = encoder.fingerprint();
  int status = 200;
  int down = 0;
  FetchFailure failure = FetchFailure::connect;
  std::function<void(json::object&)> spoil;
  FetchRequest last;
  std::size_t requests = 0;
  std::vector<std::string> texts;
};

class RemoteEncoderTest : public ::testing::Test {
 protected:
  std::shared_ptr<RemoteEncoder> connect(RemoteEncoderOptions options = {}) {
    options.url = "http://encoder:8081";
    return RemoteEncoder::connect(
        options, std::make_unique<ScriptedFetcher>(
                     [this](const FetchRequest& request) { return server_.answer(request); }));
  }
  static ErrorKind kind_of(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorKind::internal;
  }

  Server server_;
};

TEST_F(RemoteEncoderTest, GivesTheVectorsOfTheServersOwnModel) {
  const auto encoder = connect();
  EXPECT_EQ(encoder->dimension(), kDimension);
  EXPECT_EQ(encoder->fingerprint(), server_.encoder.fingerprint());
  for (const std::string text : {"quiet sea", "", "а", "日本語 ☂ text", "line\nbreak \"quoted\""}) {
    EXPECT_EQ(encoder->TextEncoder::encode(text), server_.encoder.encode(text)) << text;
  }
  EXPECT_EQ(server_.last.url, "http://encoder:8081/encode");
  EXPECT_EQ(json::parse(server_.last.body).at("role").as_string(), "queries");
  EXPECT_FALSE(server_.last.headers.contains("Authorization"));
}

TEST_F(RemoteEncoderTest, SendsItsKeyAndItsRole) {
  const auto encoder = connect({.url = {}, .key = "secret", .role = EncoderRole::documents});
  encoder->TextEncoder::encode(std::string("sea"));
  EXPECT_EQ(server_.last.headers.at("Authorization"), "Bearer secret");
  EXPECT_EQ(json::parse(server_.last.body).at("role").as_string(), "documents");
}

TEST_F(RemoteEncoderTest, SendsTextsThatAreValidAndNotEndless) {
  const auto encoder = connect();
  encoder->TextEncoder::encode(std::string("broken \xff byte"));
  EXPECT_EQ(server_.texts.back(), "broken \xef\xbf\xbd byte");
  encoder->TextEncoder::encode(std::string(kMaxEncodedTextLength - 1, 'a') + "я and more");
  EXPECT_EQ(server_.texts.back(), std::string(kMaxEncodedTextLength - 1, 'a'));
}

TEST_F(RemoteEncoderTest, AsksOnceMoreWhenAKeptConnectionWasCut) {
  const auto encoder = connect();
  server_.failure = FetchFailure::cut;
  server_.down = 1;
  EXPECT_NO_THROW(encoder->TextEncoder::encode(std::string("sea")));
  server_.down = 2;
  EXPECT_EQ(kind_of([&] { encoder->TextEncoder::encode(std::string("sea")); }),
            ErrorKind::unavailable);
}

TEST_F(RemoteEncoderTest, IsNotAskedForAMomentAfterItFailedAndRecovers) {
  const auto encoder = connect();
  server_.down = 1;
  EXPECT_EQ(kind_of([&] { encoder->TextEncoder::encode(std::string("sea")); }),
            ErrorKind::unavailable);
  EXPECT_TRUE(encoder->health()->open());
  const std::size_t asked = server_.requests;
  EXPECT_EQ(kind_of([&] { encoder->TextEncoder::encode(std::string("sea")); }),
            ErrorKind::unavailable);
  EXPECT_EQ(server_.requests, asked);
  EXPECT_TRUE(encoder->check());
  EXPECT_NO_THROW(encoder->TextEncoder::encode(std::string("sea")));
}

TEST_F(RemoteEncoderTest, TakesAFullServerForALiveOne) {
  const auto encoder = connect();
  server_.status = 503;
  EXPECT_EQ(kind_of([&] { encoder->TextEncoder::encode(std::string("sea")); }),
            ErrorKind::unavailable);
  EXPECT_FALSE(encoder->health()->open());
  server_.status = 200;
  EXPECT_NO_THROW(encoder->TextEncoder::encode(std::string("sea")));
}

TEST_F(RemoteEncoderTest, WaitsForAServerWhenItIsToldTo) {
  server_.down = 1;
  EXPECT_EQ(kind_of([&] { connect(); }), ErrorKind::unavailable);
  const auto encoder =
      connect({.url = {}, .role = EncoderRole::documents, .patience = milliseconds(30'000)});
  server_.down = 1;
  EXPECT_EQ(encoder->TextEncoder::encode(std::string("sea")), server_.encoder.encode("sea"));
}

TEST_F(RemoteEncoderTest, TellsWhenTheServerHasAnotherModel) {
  const auto encoder = connect();
  server_.model = "another-model-0123456789";
  EXPECT_EQ(kind_of([&] { encoder->TextEncoder::encode(std::string("sea")); }),
            ErrorKind::unavailable);
  EXPECT_FALSE(encoder->check());
}

TEST_F(RemoteEncoderTest, RefusesAnswersThatAreNone) {
  const auto encoder = connect();
  const std::vector<std::function<void(json::object&)>> faults = {
      [](json::object& a) { a.erase("model"); },
      [](json::object& a) { a["model"] = "short"; },
      [](json::object& a) { a.erase("vectors"); },
      [](json::object& a) { a["vectors"] = json::array{}; },
      [](json::object& a) { a["vectors"].as_array()[0].as_array().pop_back(); },
      [](json::object& a) { a["vectors"].as_array()[0].as_array()[0] = "one"; },
      [](json::object& a) { a["vectors"].as_array()[0].as_array()[0] = nullptr; },
      [](json::object& a) { a["vectors"].as_array()[0].as_array()[0] = 2.0; },
      [](json::object& a) { a["vectors"].as_array()[0] = json::array(kDimension, 0.0); },
  };
  for (std::size_t n = 0; n < faults.size(); ++n) {
    server_.spoil = faults[n];
    EXPECT_EQ(kind_of([&] { encoder->TextEncoder::encode(std::string("sea")); }),
              ErrorKind::corrupt)
        << "fault " << n;
  }
  server_.spoil = nullptr;
  server_.status = 404;
  EXPECT_EQ(kind_of([&] { encoder->TextEncoder::encode(std::string("sea")); }), ErrorKind::corrupt);
  server_.status = 401;
  EXPECT_EQ(kind_of([&] { encoder->TextEncoder::encode(std::string("sea")); }),
            ErrorKind::invalid_argument);
}

TEST_F(RemoteEncoderTest, RefusesAServerThatHasNoModel) {
  for (const json::value& dimension : {json::value(0), json::value(-4), json::value(1 << 20),
                                       json::value("16"), json::value(nullptr)}) {
    server_.spoil = [&](json::object& a) { a["dimension"] = dimension; };
    EXPECT_EQ(kind_of([&] { connect(); }), ErrorKind::corrupt) << json::serialize(dimension);
  }
}

TEST_F(RemoteEncoderTest, ServesAScheduler) {
  EncoderScheduler scheduler(connect(), {.threads = 1, .max_batch_tokens = 4096});
  std::vector<std::string> texts;
  for (int n = 0; n < 50; ++n) texts.push_back("text number " + std::to_string(n));
  std::vector<float> vectors(texts.size() * kDimension);
  scheduler.encode(texts, vectors);
  for (std::size_t n = 0; n < texts.size(); ++n) {
    const std::vector<float> row(
        vectors.begin() + static_cast<std::ptrdiff_t>(n * kDimension),
        vectors.begin() + static_cast<std::ptrdiff_t>((n + 1) * kDimension));
    EXPECT_EQ(row, server_.encoder.encode(texts[n]));
  }
  EXPECT_TRUE(scheduler.encode_query("quiet sea", milliseconds(5000)));
  server_.down = 1000;
  EXPECT_FALSE(scheduler.encode_query("other words", milliseconds(5000)));
  // What is remembered needs no server.
  EXPECT_EQ(scheduler.encode_query("quiet sea", milliseconds(5000)),
            server_.encoder.encode("quiet sea"));
}

}  // namespace
}  // namespace anireco
