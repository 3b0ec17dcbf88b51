#include "index/qdrant/qdrant_vector_index.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <functional>

#include "base/circuit_breaker.h"
#include "base/error.h"
#include "index/guarded_vector_index.h"
#include "index/qdrant/qdrant_index_fixture.h"

namespace anireco {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::FloatNear;

using QdrantVectorIndexTest = QdrantIndexFixture;

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
  const char* vectors[] = {"[1,0]", "[0.6015625,0.796875]", "[0.6015625,0.796875]", "[0,1]",
                           "[-1,0]"};
  documents_ = R"({"points":[)";
  for (int n = 0; n < 5; ++n) {
    documents_ +=
        fmt::format(R"({}{{"id":{},"payload":{{"level":"standard"}},"vector":{{"document":{}}}}})",
                    n == 0 ? "" : ",", n, vectors[n]);
  }
  documents_ += "]}";
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
  EXPECT_EQ(body.at_pointer("/filter/must_not/0/has_id"), json::parse("[1,3]"));
  index->search({.vector = kEast, .allowed = &allowed});
  EXPECT_EQ(json::parse(requests_.at(1).body).at_pointer("/filter/must/0/has_id"),
            json::parse("[0]"));
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

TEST_F(QdrantVectorIndexTest, rows_of_adult_titles_are_asked_only_where_they_may_be_seen) {
  documents_.replace(documents_.rfind("standard"), 8, "adult");
  windows_.replace(windows_.rfind("windows"), 7, "windows_adult");
  const auto index = open();
  found_ = R"({"points":[{"id":0,"score":1.0},{"id":1,"score":0.5}]})";
  found_of_adult_ = R"({"points":[{"id":3,"score":0.90234375}]})";
  const auto asked = [this] {
    std::vector<std::string> names;
    for (const FetchRequest& request : requests_) {
      names.emplace_back(json::parse(request.body).at("using").as_string());
    }
    requests_.clear();
    return names;
  };
  requests_.clear();
  Filter filter;
  DocSet allowed(4);
  allowed.insert(0);
  allowed.insert(1);
  DenseQuery query{.vector = kEast,
                   .limit = 2,
                   .allowed = &allowed,
                   .filter = &filter,
                   .matching = &allowed,
                   .window_weight = 0.5F};
  EXPECT_THAT(docs_of(index->search(query)), ElementsAre(0, 1));
  EXPECT_FALSE(json::parse(requests_.at(0).body).as_object().contains("filter"))
      << "nothing adult has such rows";
  EXPECT_THAT(asked(), ElementsAre("windows"));
  filter.level = Level::family;
  index->search(query);
  EXPECT_TRUE(json::parse(requests_.at(0).body).as_object().contains("filter"));
  EXPECT_THAT(asked(), ElementsAre("windows"));
  query.window_weight = 0;
  filter.level = Level::standard;
  index->search(query);
  EXPECT_TRUE(json::parse(requests_.at(0).body).as_object().contains("filter"))
      << "documents' vectors do not lie apart";
  EXPECT_THAT(asked(), ElementsAre("document"));

  query.window_weight = 0.5F;
  filter.level = Level::adult;
  allowed.insert(3);
  EXPECT_THAT(docs_of(index->search(query)), ElementsAre(0, 3));
  EXPECT_THAT(asked(), ElementsAre("windows", "windows_adult"));
  query.allowed = nullptr;
  query.filter = nullptr;
  EXPECT_THAT(docs_of(index->search(query)), ElementsAre(0, 3));
  EXPECT_THAT(asked(), ElementsAre("windows", "windows_adult"));
  const DocSet one = [] {
    DocSet set(4);
    set.insert(3);
    return set;
  }();
  query.allowed = &one;
  EXPECT_THAT(docs_of(index->search(query)), ElementsAre(3));
  EXPECT_THAT(asked(), ElementsAre("windows_adult"));

  const DocId docs[] = {3, 1, 0};
  const auto scores = index->score(query, docs);
  EXPECT_THAT(docs_of(scores), ElementsAre(3, 1, 0));
  EXPECT_FLOAT_EQ(scores[0].score, 0.90234375F);
  EXPECT_THAT(asked(), ElementsAre("windows", "windows_adult"));
}

}  // namespace
}  // namespace anireco
