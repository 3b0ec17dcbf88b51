// What a Qdrant server may say that cannot be.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "index/qdrant/qdrant_index_fixture.h"

namespace anireco {
namespace {

using testing::ElementsAre;

using HostileQdrantTest = QdrantIndexFixture;

TEST_F(HostileQdrantTest, what_the_request_may_not_see_is_dropped_whatever_the_server_says) {
  const auto index = open();
  DocSet allowed(4);
  allowed.insert(1);
  allowed.insert(2);
  found_ = R"({"points":[{"id":0,"score":1.0},{"id":2,"score":0.9},{"id":1,"score":0.5}]})";
  const auto hits =
      index->search({.vector = kEast, .limit = 3, .allowed = &allowed, .window_weight = 0.5F});
  EXPECT_THAT(docs_of(hits), ElementsAre(1));
}

TEST_F(HostileQdrantTest, scores_that_cannot_be_are_corrupt) {
  found_ = R"({"points":[{"id":0,"score":1.7}]})";
  EXPECT_EQ(search_error(), ErrorKind::corrupt);
  found_ = R"({"points":[{"id":0,"score":-3}]})";
  EXPECT_EQ(search_error(), ErrorKind::corrupt);
}

TEST_F(HostileQdrantTest, scores_of_other_points_are_corrupt) {
  const auto index = open();
  const DocId docs[] = {0, 1};
  const DenseQuery query{.vector = kEast};
  found_ = R"({"points":[{"id":0,"score":1.0}]})";
  EXPECT_THROW(index->score(query, docs), Error);
  found_ = R"({"points":[{"id":0,"score":1.0},{"id":3,"score":1.0}]})";
  EXPECT_THROW(index->score(query, docs), Error);
}

TEST_F(HostileQdrantTest, a_collection_of_something_else_is_not_opened) {
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

TEST_F(HostileQdrantTest, vectors_that_are_none_are_corrupt) {
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
  documents_ = R"({"points":[{"id":0,"payload":{"level":"family"},"vector":{"document":[1,0]}}]})";
  EXPECT_EQ(open_error(), ErrorKind::corrupt) << "points are missing";
  documents_ = R"({"points":[{"id":4,"payload":{"level":"family"},"vector":{"document":[1,0]}}]})";
  EXPECT_EQ(open_error(), ErrorKind::corrupt) << "there are four titles";
}

TEST_F(HostileQdrantTest, levels_that_are_none_are_corrupt) {
  const std::string whole = documents_;
  const std::string right = R"("payload":{"level":"family"},)";
  for (const char* wrong : {R"("payload":{"level":"any"},)", R"("payload":{"level":1},)",
                            R"("payload":{},)", R"("payload":null,)", ""}) {
    documents_ = whole;
    documents_.replace(documents_.find(right), right.size(), wrong);
    EXPECT_EQ(open_error(), ErrorKind::corrupt) << wrong;
  }
}

TEST_F(HostileQdrantTest, windows_that_are_none_are_corrupt) {
  for (const char* wrong :
       {R"([{"id":1,"vector":{"windows":[]}}])", R"([{"id":1,"vector":{"windows":[[0,1,1]]}}])",
        R"([{"id":1,"vector":{"windows":[[0,1e30]]}}])", R"([{"id":2,"vector":{}}])", R"([7])",
        R"([{"id":1,"vector":{"windows":[[0,1.5]],"windows_adult":[[0,1.5]]}}])", R"({})"}) {
    windows_ = wrong;
    EXPECT_EQ(open_error(), ErrorKind::corrupt) << wrong;
  }
}

}  // namespace
}  // namespace anireco
