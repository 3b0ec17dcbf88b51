#pragma once

// For the tests that need a Qdrant server: a real one or its stand-in, at ANIRECO_TEST_QDRANT_URL
// (ANIRECO_TEST_QDRANT_KEY: its API key), or answers that a real one once gave.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/hash.h"
#include "index/qdrant/qdrant_client.h"
#include "net/curl_fetcher.h"
#include "net/http_fetcher.h"

namespace anireco {

/// What a request is known by: method, path, and the hash of its body.
inline std::string request_key(const FetchRequest& request) {
  const std::size_t host = request.url.find("://") + 3;
  const std::size_t path = request.url.find('/', host);
  return request.method + ' ' + request.url.substr(path) + ' ' +
         std::to_string(xxh3_64(request.body));
}

/// Passes requests on and writes down what is answered.
class RecordingFetcher final : public HttpFetcher {
 public:
  RecordingFetcher(const std::filesystem::path& file, std::string test)
      : out_(file, std::ios::app), test_(std::move(test)) {}
  FetchResponse fetch(const FetchRequest& request) override {
    FetchResponse response = curl_.fetch(request);
    out_ << boost::json::serialize(boost::json::object{{"test", test_},
                                                       {"request", request_key(request)},
                                                       {"status", response.status},
                                                       {"body", response.body}})
         << '\n';
    return response;
  }

 private:
  CurlFetcher curl_{{.use_proxy = false}};
  std::ofstream out_;
  std::string test_;
};

/// Gives the recorded answers of one test, in order, to the very same requests.
class ReplayingFetcher final : public HttpFetcher {
 public:
  ReplayingFetcher(const std::filesystem::path& file, const std::string& test) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      boost::json::value entry = boost::json::parse(line);
      if (entry.at("test").as_string() == test) entries_.push_back(std::move(entry));
    }
  }
  FetchResponse fetch(const FetchRequest& request) override {
    if (entries_.empty()) {
      ADD_FAILURE() << "a request beyond those recorded: " << request_key(request);
      return {.status = 500};
    }
    const boost::json::value entry = std::move(entries_.front());
    entries_.pop_front();
    EXPECT_EQ(std::string(entry.at("request").as_string()), request_key(request))
        << "requests have changed: record them anew from a real server (docs/operations.md)";
    return {.status = static_cast<int>(entry.at("status").as_int64()),
            .body = std::string(entry.at("body").as_string())};
  }

 private:
  std::deque<boost::json::value> entries_;
};

enum class Source { server, record };

/// The client of a test; null when there is nobody to answer it. options.url empty: no server.
inline std::shared_ptr<const QdrantClient> test_client(Source source, const std::string& test,
                                                       QdrantOptions options, bool recording) {
  const std::filesystem::path file =
      std::filesystem::path(ANIRECO_SOURCE_DIR) / "tests" / "data" / "qdrant_1.19.jsonl";
  if (source == Source::record) {
    if (!std::filesystem::exists(file)) return nullptr;
    options.url = QdrantOptions().url;
    return std::make_shared<QdrantClient>(options, std::make_unique<ReplayingFetcher>(file, test));
  }
  if (options.url.empty()) return nullptr;
  options.connect_timeout = options.search_timeout = std::chrono::seconds(20);
  if (!recording) return std::make_shared<QdrantClient>(options);
  return std::make_shared<QdrantClient>(options, std::make_unique<RecordingFetcher>(file, test));
}

}  // namespace anireco
