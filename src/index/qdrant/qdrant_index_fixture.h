#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "index/qdrant/qdrant_vector_index.h"
#include "net/scripted_fetcher.h"

namespace anireco {

/// A server with four titles of two dimensions; the third has no vectors, the fourth no windows.
/// Its answers can be spoilt.
class QdrantIndexFixture : public testing::Test {
 protected:
  std::string collection_ =
      R"({"status":"green","points_count":3,"config":{"metadata":{"made_by":"anireco","format":3,
          "generation":5,"content_hash":"c","model":"m","dimension":2,"titles":4,"points":3,
          "checksum":"s","window_weight":0.5,"complete":true}}})";
  std::string documents_ =
      R"({"points":[{"id":0,"payload":{"level":"family"},"vector":{"document":[1,0]}},
          {"id":1,"payload":{"level":"standard"},"vector":{"document":[0,1]}},
          {"id":3,"payload":{"level":"standard"},"vector":{"document":[0.6015625,0.796875]}}],
          "next_page_offset":null})";
  std::string windows_ =
      R"([{"id":0,"vector":{"windows":[[1,0.5]]}},
          {"id":1,"vector":{"windows":[[0,1.5],[0.5,1]]}},
          {"id":3,"vector":{"windows":[[0.90234375,1.1953125]]}}])";
  /// With the query (1, 0) and the collection's weight, 0.5.
  std::string found_ =
      R"({"points":[{"id":0,"score":1.0},{"id":3,"score":0.90234375},{"id":1,"score":0.5}]})";
  std::string found_of_adult_;
  std::string found_of_some_;  ///< Of titles that are named; empty: as found_.
  int status_ = 200;
  std::vector<FetchRequest> requests_;

  std::shared_ptr<const QdrantClient> client() {
    auto fetcher = std::make_unique<ScriptedFetcher>([this](const FetchRequest& request) {
      requests_.push_back(request);
      std::string body = windows_;
      if (request.method == "GET") body = collection_;
      if (request.url.ends_with("/scroll")) {
        const bool sample = request.body.find("\"windows\"") != std::string::npos;
        body = sample ? "{\"points\":" + windows_ + "}" : documents_;
      }
      const bool of_some = request.body.find("\"has_id\"") != std::string::npos;
      if (request.url.ends_with("/query")) {
        const bool adult = request.body.find("\"windows_adult\"") != std::string::npos;
        body = adult                                ? found_of_adult_
               : of_some && !found_of_some_.empty() ? found_of_some_
                                                    : found_;
      }
      return FetchResponse{.status = status_, .body = "{\"result\":" + body + "}"};
    });
    return std::make_shared<QdrantClient>(QdrantOptions(), std::move(fetcher));
  }

  std::unique_ptr<const QdrantVectorIndex> open() {
    return QdrantVectorIndex::open(
        client(), {.generation = 5, .content_hash = "c", .model_fingerprint = "m", .titles = 4});
  }

  ErrorKind open_error() {
    try {
      open();
    } catch (const Error& error) {
      return error.kind();
    }
    ADD_FAILURE() << "it was opened";
    return ErrorKind::internal;
  }

  ErrorKind search_error() {
    const auto index = open();
    try {
      index->search({.vector = kEast, .window_weight = 0.5F});
    } catch (const Error& error) {
      return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorKind::internal;
  }

  static std::vector<DocId> docs_of(const std::vector<DenseHit>& hits) {
    std::vector<DocId> docs;
    for (const DenseHit& hit : hits) docs.push_back(hit.doc);
    return docs;
  }

  static constexpr float kEast[] = {1, 0};
  static constexpr float kNorth[] = {0, 1};
};

}  // namespace anireco
