#include "fulltext/postgres/document_cache.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "catalog/catalog.h"
#include "catalog/postgres/content_tables.h"
#include "catalog/postgres/test_server.h"
#include "fulltext/postgres/postgres_content.h"

namespace anireco {
namespace {

constexpr std::size_t kTitles = 400;

/// A server of its own, which is stopped to see what is in memory.
class DocumentCacheTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ANIRECO_NEED_POSTGRES();
    server_ = std::make_unique<TestServer>();
    pool_ = server_->new_pool();
    std::vector<Anime> records(kTitles);
    for (std::size_t i = 0; i < kTitles; ++i) {
      records[i].id = "id" + std::to_string(10'000'000 + i);
      for (std::size_t n = 0; n < 5 + i % 20; ++n) {
        records[i].titles.romaji += " word" + std::to_string((i + 7 * n) % 90);
      }
    }
    table_ = ContentTables(put_content(*pool_, "h", Catalog(std::move(records))).number).weight;
    for (const auto& terms : DocumentCache(*pool_, table_, kTitles, 1 << 30).get(all(), *pool_)) {
      all_bytes_ += terms->bytes();
    }
  }

  static std::vector<DocId> all() {
    std::vector<DocId> docs(kTitles);
    for (std::size_t i = 0; i < kTitles; ++i) docs[i] = static_cast<DocId>(i);
    return docs;
  }

  /// Stops the server for good.
  std::set<DocId> kept(DocumentCache& cache) {
    server_->stop();
    std::set<DocId> docs;
    for (const DocId doc : all()) {
      try {
        cache.get({&doc, 1});
        docs.insert(doc);
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unavailable);
      }
    }
    return docs;
  }

  std::unique_ptr<TestServer> server_;
  std::shared_ptr<PostgresPool> pool_;
  std::string table_;
  std::size_t all_bytes_ = 0;
};

TEST_F(DocumentCacheTest, KeepsAllWhereAllFit) {
  DocumentCache cache(*pool_, table_, kTitles, 1 << 30);
  cache.fill(*pool_);
  EXPECT_EQ(kept(cache).size(), kTitles);
}

TEST_F(DocumentCacheTest, KeepsAsManyAsFitWhereNotAllDo) {
  DocumentCache cache(*pool_, table_, kTitles, all_bytes_ / 2);
  cache.fill(*pool_);
  const std::size_t docs = kept(cache).size();
  EXPECT_GE(docs, kTitles / 3);
  EXPECT_LE(docs, kTitles * 2 / 3);
}

TEST_F(DocumentCacheTest, MakesRoomByWhatNobodyLooksAt) {
  DocumentCache cache(*pool_, table_, kTitles, all_bytes_ / 2);
  cache.fill(*pool_);
  const std::vector<DocId> often = {3, 50, 99};
  for (DocId doc = kTitles / 2; doc < kTitles; ++doc) {
    cache.get(often);
    cache.get({&doc, 1});
  }
  const std::set<DocId> docs = kept(cache);
  EXPECT_GE(docs.size(), kTitles / 3) << "one more title cost many";
  EXPECT_LE(docs.size(), kTitles * 2 / 3);
  for (const DocId doc : often) EXPECT_TRUE(docs.contains(doc)) << doc;
  EXPECT_TRUE(docs.contains(kTitles - 1)) << "the last one asked for";
}

TEST_F(DocumentCacheTest, KeepsNothingWhereNothingFits) {
  DocumentCache cache(*pool_, table_, kTitles, 10);
  cache.fill(*pool_);
  EXPECT_EQ(cache.get(all()).size(), kTitles);
  EXPECT_TRUE(kept(cache).empty());
}

}  // namespace
}  // namespace anireco
