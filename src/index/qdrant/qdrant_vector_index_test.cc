#include "index/qdrant/qdrant_vector_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <functional>

#include "base/circuit_breaker.h"
#include "base/error.h"
#include "index/guarded_vector_index.h"
#include "net/scripted_fetcher.h"

namespace anireco {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::FloatNear;

/// A server with four titles of two dimensions; the third has no vectors, the fourth no windows.
/// Its answers can be spoilt.
class QdrantVectorIndexTest : public testing::Test {
 protected:
  std::string collection_ =
      R"({"status":"green","points_count":3,"config":{"metadata":{"made_by":"anireco","format":2,
          "generation":5,"content_hash":"c","model":"m","dimension":2,"titles":4,"points":3,
          "checksum":"s","window_weight":0.5,"complete":true}}})";
  std::string documents_ =
      R"({"points":[{"id":0,"vector":{"document":[1,0]}},{"id":1,"vector":{"document":[0,1]}},
          {"id":3,"vector":{"document":[0.6015625,0.796875]}}],"next_page_offset":null})";
  std::string windows_ =
      R"([{"id":0,"vector":{"windows":[[1,0.5]]}},
          {"id":1,"vector":{"windows":[[0,1.5],[0.5,1]]}},
          {"id":3,"vector":{"windows":[[0.90234375,1.1953125]]}}])";
  /// With the query (1, 0) and the collection's weight, 0.5.
  std::string found_ =
      R"({"points":[{"id":0,"score":1.0},{"id":3,"score":0.90234375},{"id":1,"score":0.5}]})";
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
        body = of_some && !found_of_some_.empty() ? found_of_some_ : found_;
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

TEST_F(QdrantVectorIndexTest, one_request_gives_scores_and_their_parts) {
  const auto index = open();
  requests_.clear();
  const auto hits = index->search({.vector = kEast, .limit = 10, .window_weight = 0.5F});
  EXPECT_THAT(docs_of(hits), ElementsAre(0, 3, 1));
  EXPECT_THAT(hits[0].document_score, FloatNear(1, 1e-6F));
  EXPECT_THAT(hits[0].window_score, FloatNear(0, 1e-6F));
  EXPECT_THAT(hits[2].document_score, FloatNear(0, 1e-6F));
  EXPECT_THAT(hits[2].window_score, FloatNear(1, 1e-6F));
  ASSERT_EQ(requests_.size(), 1U);
  const json::value body = json::parse(requests_[0].body);
  EXPECT_EQ(body.at("query"), json::parse("[[1,0]]"));
  EXPECT_EQ(body.at("using"), "windows");
  EXPECT_EQ(body.at("limit"), 3) << "there are no more";
  EXPECT_FALSE(body.as_object().contains("filter"));
}

TEST_F(QdrantVectorIndexTest, another_weight_asks_for_those_that_could_still_be_the_best) {
  collection_.replace(collection_.find("\"titles\":4,\"points\":3"), 21,
                      "\"titles\":5,\"points\":5");
  documents_ = R"({"points":[{"id":0,"vector":{"document":[1,0]}},
                             {"id":1,"vector":{"document":[0.6015625,0.796875]}},
                             {"id":2,"vector":{"document":[0.6015625,0.796875]}},
                             {"id":3,"vector":{"document":[0,1]}},
                             {"id":4,"vector":{"document":[-1,0]}}],"next_page_offset":null})";
  windows_ = "[]";
  const auto index = QdrantVectorIndex::open(
      client(), {.generation = 5, .content_hash = "c", .model_fingerprint = "m", .titles = 5});
  requests_.clear();
  // The windows of the first and last lie north, that of the fourth east.
  found_ = R"({"points":[{"id":0,"score":1.0},{"id":1,"score":0.90234375},
                         {"id":2,"score":0.90234375}]})";
  found_of_some_ = R"({"points":[{"id":3,"score":0.5}]})";
  const auto hits = index->search({.vector = kEast, .limit = 1, .window_weight = 3});
  EXPECT_THAT(docs_of(hits), ElementsAre(3));
  EXPECT_FLOAT_EQ(hits[0].score, 3);
  EXPECT_FLOAT_EQ(hits[0].window_score, 1);
  ASSERT_EQ(requests_.size(), 2U);
  EXPECT_EQ(json::parse(requests_[0].body).at("limit"), 3);
  EXPECT_EQ(json::parse(requests_[1].body).at_pointer("/filter/must/0/has_id"), json::parse("[3]"))
      << "the last cannot reach what was found";
}

TEST_F(QdrantVectorIndexTest, what_is_kept_in_process_asks_nobody) {
  const auto index = open();
  requests_.clear();
  EXPECT_TRUE(index->has_vector(0));
  EXPECT_FALSE(index->has_vector(2));
  EXPECT_FALSE(index->has_vector(4));
  EXPECT_THAT(index->document_vector(3), ElementsAre(0.6015625F, 0.796875F));
  EXPECT_TRUE(index->document_vector(2).empty());
  const DocId docs[] = {3, 2, 0};
  const auto hits = index->score({.vector = kEast, .window_weight = 0}, docs);
  EXPECT_THAT(docs_of(hits), ElementsAre(3, 2, 0));
  EXPECT_FLOAT_EQ(hits[0].score, 0.6015625F);
  EXPECT_EQ(hits[1].score, 0);
  EXPECT_TRUE(requests_.empty());
}

TEST_F(QdrantVectorIndexTest, filters_and_exclusions_are_sent) {
  const auto index = open();
  requests_.clear();
  DocSet allowed(4);
  allowed.insert(0);
  Filter filter;
  filter.year = {.min = 2000, .max = {}};
  DocSet matching = allowed;
  matching.insert(1);
  matching.insert(3);
  index->search({.vector = kEast, .allowed = &allowed, .filter = &filter, .matching = &matching});
  const json::value body = json::parse(requests_.at(0).body);
  EXPECT_EQ(body.at_pointer("/filter/must/0/key"), "year");
  EXPECT_EQ(body.at_pointer("/filter/must_not/1/has_id"), json::parse("[1,3]"));
  index->search({.vector = kEast, .allowed = &allowed});
  EXPECT_EQ(json::parse(requests_.at(1).body).at_pointer("/filter/must/0/has_id"),
            json::parse("[0]"));
}

TEST_F(QdrantVectorIndexTest, what_the_request_may_not_see_is_dropped_whatever_the_server_says) {
  const auto index = open();
  DocSet allowed(4);
  allowed.insert(1);
  allowed.insert(2);
  found_ = R"({"points":[{"id":0,"score":1.0},{"id":2,"score":0.9},{"id":1,"score":0.5}]})";
  const auto hits =
      index->search({.vector = kEast, .limit = 3, .allowed = &allowed, .window_weight = 0.5F});
  EXPECT_THAT(docs_of(hits), ElementsAre(1));
}

TEST_F(QdrantVectorIndexTest, nothing_allowed_asks_nobody) {
  const auto index = open();
  requests_.clear();
  const DocSet allowed(4);
  EXPECT_TRUE(index->search({.vector = kEast, .allowed = &allowed}).empty());
  EXPECT_TRUE(requests_.empty());
}

TEST_F(QdrantVectorIndexTest, scores_keep_the_order_of_the_titles) {
  const auto index = open();
  const DocId docs[] = {1, 2, 3, 0, 1};
  const auto hits = index->score({.vector = kEast, .window_weight = 0.5F}, docs);
  EXPECT_THAT(docs_of(hits), ElementsAre(1, 2, 3, 0, 1));
  EXPECT_FLOAT_EQ(hits[0].score, 0.5F);
  EXPECT_EQ(hits[1].score, 0);
  EXPECT_FLOAT_EQ(hits[3].score, 1.0F);
  const json::value body = json::parse(requests_.back().body);
  EXPECT_EQ(body.at_pointer("/filter/must/0/has_id"), json::parse("[0,1,3]"));
}

TEST_F(QdrantVectorIndexTest, windows_are_found_for_the_titles_that_are_shown) {
  const auto index = open();
  const DenseQuery query{.vector = kEast, .window_weight = 0.5F};
  auto hits = index->search(query);
  index->find_windows(query, hits);
  EXPECT_EQ(hits[0].window, 0);
  EXPECT_EQ(hits[1].window, DenseHit::kNoWindow) << "it has none";
  EXPECT_EQ(hits[2].window, 1);

  // Titles that were shown before are remembered with all their windows, for any query.
  requests_.clear();
  for (DenseHit& hit : hits) hit.window = DenseHit::kNoWindow;
  index->find_windows({.vector = kNorth, .window_weight = 0.5F}, hits);
  EXPECT_TRUE(requests_.empty());
  EXPECT_EQ(hits[1].window, DenseHit::kNoWindow);
  EXPECT_EQ(hits[2].window, 0);
}

TEST_F(QdrantVectorIndexTest, windows_of_many_titles_are_asked_for_in_parts) {
  const auto index = open();
  std::vector<DenseHit> hits;
  for (DocId n = 0; n < 120; ++n) hits.push_back({.doc = n % 3 == 2 ? 3 : n % 3});
  requests_.clear();
  index->find_windows({.vector = kEast, .window_weight = 0.5F}, hits);
  std::vector<std::size_t> asked;
  for (const FetchRequest& request : requests_) {
    asked.push_back(json::parse(request.body).at("ids").as_array().size());
  }
  EXPECT_THAT(asked, ElementsAre(50, 50, 20));
  EXPECT_EQ(hits[0].window, 0);
}

TEST_F(QdrantVectorIndexTest, statistics_are_of_what_is_allowed) {
  const auto index = open();
  DocSet allowed(4);
  allowed.insert(0);
  ScoreStatistics statistics;
  index->search(
      {.vector = kEast, .allowed = &allowed, .window_weight = 0.5F, .statistics = &statistics});
  EXPECT_EQ(statistics.count, 1U);
  EXPECT_GT(statistics.mean, 0.9);
}

TEST_F(QdrantVectorIndexTest, wrong_queries_are_refused_before_anything_is_sent) {
  const auto index = open();
  requests_.clear();
  const float three[] = {1, 0, 0};
  const float nan[] = {1, std::nanf("")};
  EXPECT_THROW(index->search({.vector = three}), Error);
  EXPECT_THROW(index->search({.vector = nan}), Error);
  EXPECT_THROW(index->search({.vector = kEast, .limit = 0}), Error);
  EXPECT_THROW(index->search({.vector = kEast, .window_weight = -1}), Error);
  EXPECT_TRUE(requests_.empty());
}

TEST_F(QdrantVectorIndexTest, scores_that_cannot_be_are_corrupt) {
  found_ = R"({"points":[{"id":0,"score":1.7}]})";
  EXPECT_EQ(search_error(), ErrorKind::corrupt);
  found_ = R"({"points":[{"id":0,"score":-3}]})";
  EXPECT_EQ(search_error(), ErrorKind::corrupt);
}

TEST_F(QdrantVectorIndexTest, behind_its_guard_a_refused_search_is_a_server_that_is_down) {
  for (const int status : {302, 400, 401, 403, 404, 429, 500, 503}) {
    status_ = 200;
    const auto breaker = std::make_shared<CircuitBreaker>("Qdrant");
    const GuardedVectorIndex guarded(open(), breaker);
    status_ = status;
    const DocId docs[] = {0, 1};
    const auto expect_down = [&](const std::function<void()>& call) {
      breaker->succeeded();
      try {
        call();
        ADD_FAILURE() << status;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unavailable) << status;
      }
      EXPECT_TRUE(breaker->open()) << status;
    };
    const DenseQuery query{.vector = kEast};
    expect_down([&] { guarded.search(query); });
    expect_down([&] { guarded.score(query, docs); });
    std::vector<DenseHit> hits(1);
    expect_down([&] { guarded.find_windows(query, hits); });
  }
}

TEST_F(QdrantVectorIndexTest, scores_of_other_points_are_corrupt) {
  const auto index = open();
  const DocId docs[] = {0, 1};
  const DenseQuery query{.vector = kEast};
  found_ = R"({"points":[{"id":0,"score":1.0}]})";
  EXPECT_THROW(index->score(query, docs), Error);
  found_ = R"({"points":[{"id":0,"score":1.0},{"id":3,"score":1.0}]})";
  EXPECT_THROW(index->score(query, docs), Error);
}

TEST_F(QdrantVectorIndexTest, a_collection_of_something_else_is_not_opened) {
  const std::string whole = collection_;
  const auto spoil = [&](const std::string& from, const std::string& to) {
    collection_ = whole;
    collection_.replace(collection_.find(from), from.size(), to);
    return open_error();
  };
  EXPECT_EQ(spoil("\"complete\":true", "\"complete\":false"), ErrorKind::not_found);
  EXPECT_EQ(spoil("anireco", "another"), ErrorKind::not_found);
  EXPECT_EQ(spoil("\"generation\":5", "\"generation\":6"), ErrorKind::corrupt);
  EXPECT_EQ(spoil("\"model\":\"m\"", "\"model\":\"n\""), ErrorKind::corrupt);
  EXPECT_EQ(spoil("\"content_hash\":\"c\"", "\"content_hash\":\"d\""), ErrorKind::corrupt);
  EXPECT_EQ(spoil("\"titles\":4", "\"titles\":400000000000"), ErrorKind::corrupt);
  EXPECT_EQ(spoil("\"dimension\":2", "\"dimension\":200000"), ErrorKind::corrupt);
  EXPECT_EQ(spoil("\"points\":3", "\"points\":\"3\""), ErrorKind::corrupt);
  EXPECT_EQ(spoil("\"points\":3,", "\"points\":2,"), ErrorKind::corrupt);
  EXPECT_EQ(spoil("\"window_weight\":0.5", "\"window_weight\":0"), ErrorKind::corrupt);
  EXPECT_EQ(spoil("\"window_weight\":0.5", "\"window_weight\":101"), ErrorKind::corrupt);
}

TEST_F(QdrantVectorIndexTest, vectors_that_are_none_are_corrupt) {
  const std::string whole = documents_;
  for (const char* wrong :
       {R"({"document":[1,0,0]})", R"({"document":[1]})", R"({"document":[0,0]})",
        R"({"document":[1e30,0]})", R"({"document":["1",0]})", R"({"document":[[1,0]]})",
        R"({"windows":[[1,0,1,0]]})", R"([1,0])", "null"}) {
    documents_ = whole;
    const std::string right = R"({"document":[1,0]})";
    documents_.replace(documents_.find(right), right.size(), wrong);
    EXPECT_EQ(open_error(), ErrorKind::corrupt) << wrong;
  }
  documents_ = R"({"points":[{"id":0,"vector":{"document":[1,0]}}]})";
  EXPECT_EQ(open_error(), ErrorKind::corrupt) << "points are missing";
  documents_ = R"({"points":[{"id":4,"vector":{"document":[1,0]}}]})";
  EXPECT_EQ(open_error(), ErrorKind::corrupt) << "there are four titles";
}

TEST_F(QdrantVectorIndexTest, windows_that_are_none_are_corrupt) {
  for (const char* wrong :
       {R"([{"id":1,"vector":{"windows":[]}}])", R"([{"id":1,"vector":{"windows":[[0,1,1]]}}])",
        R"([{"id":1,"vector":{"windows":[[0,1e30]]}}])", R"([{"id":2,"vector":{}}])", R"([7])",
        R"({})"}) {
    windows_ = wrong;
    EXPECT_EQ(open_error(), ErrorKind::corrupt) << wrong;
  }
}

}  // namespace
}  // namespace anireco
