// The index in PostgreSQL against the one in the process, over the starter catalogue.

#include "fulltext/postgres/postgres_full_text_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <pqxx/pqxx>
#include <set>

#include "base/error.h"
#include "base/hash.h"
#include "catalog/anime_json.h"
#include "catalog/catalog.h"
#include "catalog/memory_store.h"
#include "catalog/postgres/content_tables.h"
#include "catalog/postgres/outbox.h"
#include "catalog/postgres/postgres_store.h"
#include "catalog/postgres/test_server.h"
#include "fulltext/bm25f_index.h"
#include "fulltext/postgres/postgres_content.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<Anime> starter_records() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(ANIRECO_SOURCE_DIR "/data/starter")) {
    const std::string name = entry.path().filename().string();
    if (name.find("related") == std::string::npos && name.ends_with(".jsonl")) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  MemoryStore store;
  for (const fs::path& file : files) {
    std::vector<Anime> records;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
      records.push_back(parse_anime_json(line, {.source = "anireco"}).anime);
    }
    store.upsert("anireco", records);
  }
  return store.load();
}

std::vector<std::string> requests(std::size_t every) {
  std::vector<std::string> out;
  for (const char* name : {"requests.en.jsonl", "requests.ru.jsonl"}) {
    std::ifstream stream(fs::path(ANIRECO_SOURCE_DIR "/data/training") / name);
    std::size_t n = 0;
    for (std::string line; std::getline(stream, line);) {
      if (n++ % every != 0) continue;
      out.emplace_back(boost::json::parse(line).at("query").as_string());
    }
  }
  return out;
}

std::string hash_of(const Catalog& catalog) {
  Sha256 hash;
  for (DocId doc = 0; doc < catalog.size(); ++doc) {
    hash.update(to_json(catalog[doc]));
    hash.update(std::string_view("\n"));
  }
  return hash.finish();
}

struct Starter {
  Catalog catalog{starter_records()};
  std::string hash = hash_of(catalog);
  Bm25fIndex in_process = Bm25fIndex::build_in_memory(catalog);
  std::shared_ptr<PostgresPool> pool = TestServer::shared().new_pool();
  GenerationContent content = put_content(*pool, hash, catalog);
};

class PostgresFullText : public ::testing::Test {
 protected:
  void SetUp() override { ANIRECO_NEED_POSTGRES(); }
  static Starter& starter() {
    static Starter starter;
    return starter;
  }
};

std::set<DocId> docs_of(std::span<const LexicalHit> hits, std::size_t most) {
  std::set<DocId> docs;
  for (const LexicalHit& hit : hits.first(std::min(most, hits.size()))) docs.insert(hit.doc);
  return docs;
}

TEST_F(PostgresFullText, GivesTheSameHitsAsTheIndexInTheProcessWhenAllAreCandidates) {
  const PostgresFullTextIndex server(starter().pool, starter().hash);
  for (const std::string& text : requests(40)) {
    LexicalStatistics a;
    LexicalStatistics b;
    const auto expected = starter().in_process.search({.text = text, .statistics = &a});
    const auto hits = server.search({.text = text, .statistics = &b});
    ASSERT_EQ(hits.size(), expected.size()) << text;
    for (std::size_t i = 0; i < hits.size(); ++i) {
      ASSERT_EQ(hits[i].doc, expected[i].doc) << text;
      ASSERT_EQ(hits[i].score, expected[i].score) << text;
    }
    EXPECT_EQ(a.words, b.words);
    EXPECT_EQ(a.unknown, b.unknown) << text;
    EXPECT_EQ(a.corrected, b.corrected) << text;
    EXPECT_EQ(a.ceiling, b.ceiling);
    EXPECT_EQ(a.scores.count, b.scores.count);
    EXPECT_NEAR(a.scores.mean, b.scores.mean, 1e-6);
    EXPECT_NEAR(a.scores.stddev, b.scores.stddev, 1e-6);
  }
}

TEST_F(PostgresFullText, HoldsTheBestWithTheRarestWordsAlone) {
  const PostgresFullTextIndex server(starter().pool, starter().hash,
                                     {.candidates = starter().catalog.size() / 4, .sample = 300});
  std::size_t wanted = 0;
  std::size_t held = 0;
  std::size_t top10 = 0;
  std::size_t queries = 0;
  for (const std::string& text : requests(20)) {
    LexicalStatistics a;
    LexicalStatistics b;
    const LexicalQuery query{.text = text, .limit = 100};
    LexicalQuery with_a = query;
    LexicalQuery with_b = query;
    with_a.statistics = &a;
    with_b.statistics = &b;
    const auto expected = starter().in_process.search(with_a);
    const auto hits = server.search(with_b);
    if (expected.size() < 10) continue;
    const auto found = docs_of(hits, 100);
    for (std::size_t i = 0; i < std::min<std::size_t>(50, expected.size()); ++i) {
      ++wanted;
      held += found.contains(expected[i].doc) ? 1 : 0;
    }
    const auto best = docs_of(hits, 10);
    for (std::size_t i = 0; i < 10; ++i) top10 += best.contains(expected[i].doc) ? 1 : 0;
    ++queries;
    EXPECT_NEAR(b.scores.mean, a.scores.mean, 0.15 * a.scores.mean) << text;
    EXPECT_NEAR(b.scores.stddev, a.scores.stddev, 0.15 * a.scores.stddev) << text;
    for (const LexicalHit& hit : hits) {
      const auto same = std::ranges::find(expected, hit.doc, &LexicalHit::doc);
      if (same != expected.end()) {
        EXPECT_EQ(hit.score, same->score);
      }
    }
  }
  EXPECT_GT(queries, 100U);
  EXPECT_GE(static_cast<double>(held), 0.97 * static_cast<double>(wanted));
  EXPECT_GE(static_cast<double>(top10), 9.7 * static_cast<double>(queries));
}

TEST_F(PostgresFullText, KeepsToWhatIsAllowedAndBringsWhatIsAskedFor) {
  const PostgresFullTextIndex server(starter().pool, starter().hash,
                                     {.candidates = 50, .sample = 200});
  const std::size_t n = starter().catalog.size();
  for (const std::size_t every : {2U, 7U, 300U}) {
    DocSet allowed(n);
    for (DocId doc = 0; doc < n; doc += static_cast<DocId>(every)) allowed.insert(doc);
    const std::vector<DocId> also = {0, 1, 5, static_cast<DocId>(n - 1)};
    for (const std::string& text : requests(400)) {
      const auto hits =
          server.search({.text = text, .limit = 20, .allowed = &allowed, .also = also});
      const auto expected = starter().in_process.search(
          {.text = text, .limit = 20, .allowed = &allowed, .also = also});
      for (const DocId doc : also) {
        const auto mine = std::ranges::find(hits, doc, &LexicalHit::doc);
        const auto other = std::ranges::find(expected, doc, &LexicalHit::doc);
        ASSERT_NE(mine, hits.end());
        ASSERT_NE(other, expected.end());
        EXPECT_EQ(mine->score, other->score);
      }
      for (const LexicalHit& hit : hits) {
        EXPECT_TRUE(allowed.contains(hit.doc) || std::ranges::count(also, hit.doc) == 1);
      }
      if (every == 300) {
        EXPECT_EQ(docs_of(hits, 100), docs_of(expected, 100)) << text;
      }
    }
  }
}

TEST_F(PostgresFullText, ExplainsAsTheIndexInTheProcessDoes) {
  const PostgresFullTextIndex server(starter().pool, starter().hash);
  const std::string text = "a girl who travels with a wolf spirit, Holo, teh spice merchnat";
  const auto hits = server.search({.text = text, .limit = 10});
  std::vector<DocId> docs;
  for (const LexicalHit& hit : hits) docs.push_back(hit.doc);
  const auto mine = server.explain(text, docs);
  const auto other = starter().in_process.explain(text, docs);
  ASSERT_EQ(mine.size(), other.size());
  for (std::size_t i = 0; i < mine.size(); ++i) {
    ASSERT_EQ(mine[i].size(), other[i].size());
    float sum = 0;
    for (std::size_t part = 0; part < mine[i].size(); ++part) {
      EXPECT_EQ(mine[i][part].term, other[i][part].term);
      EXPECT_EQ(mine[i][part].word, other[i][part].word);
      EXPECT_EQ(mine[i][part].fields, other[i][part].fields);
      EXPECT_EQ(mine[i][part].score, other[i][part].score);
      EXPECT_EQ(mine[i][part].corrected, other[i][part].corrected);
      sum += mine[i][part].score;
    }
    EXPECT_NEAR(sum, hits[i].score, 1e-4);
  }
}

TEST_F(PostgresFullText, ReadsWordsWithTyposAsTheIndexInTheProcessDoes) {
  const PostgresFullTextIndex server(starter().pool, starter().hash);
  std::size_t corrected = 0;
  for (const std::string& text : requests(60)) {
    // A swap within every longer word.
    std::string typos = text;
    for (std::size_t i = 3; i + 2 < typos.size(); ++i) {
      const auto letter = [&](std::size_t at) { return typos[at] >= 'a' && typos[at] <= 'z'; };
      if (letter(i - 3) && letter(i - 2) && letter(i - 1) && letter(i) && letter(i + 1)) {
        std::swap(typos[i - 1], typos[i]);
        i += 7;
      }
    }
    LexicalStatistics a;
    LexicalStatistics b;
    starter().in_process.search({.text = typos, .limit = 10, .statistics = &a});
    server.search({.text = typos, .limit = 10, .statistics = &b});
    EXPECT_EQ(a.corrected, b.corrected) << typos;
    EXPECT_EQ(a.unknown, b.unknown) << typos;
    EXPECT_EQ(a.ceiling, b.ceiling) << typos;
    corrected += a.corrected;
  }
  EXPECT_GT(corrected, 20U);
}

TEST_F(PostgresFullText, FindsCandidatesByTheInvertedIndex) {
  std::string plan;
  starter().pool->read([&](pqxx::transaction_base& transaction) {
    transaction.exec("SET LOCAL enable_seqscan = off");
    for (const auto& row : transaction.exec("EXPLAIN SELECT doc FROM " +
                                            ContentTables(starter().content.number).text +
                                            " WHERE words @@ '''wolf'' | ''spice'''::tsquery")) {
      plan += row[0].as<std::string>() + "\n";
    }
  });
  EXPECT_THAT(plan, HasSubstr("words_idx"));
}

TEST_F(PostgresFullText, KeepsFieldsAndPositionsForThoseWhoAskTheDatabase) {
  starter().pool->read([&](pqxx::transaction_base& transaction) {
    const std::string table = ContentTables(starter().content.number).text;
    const auto count = [&](const std::string& query) {
      return transaction
          .exec_params1("SELECT count(*) FROM " + table + " WHERE words @@ $1::tsquery", query)[0]
          .as<int>();
    };
    EXPECT_GT(count("'wolf'"), count("'wolf':A"));
    EXPECT_GT(count("'wolf':A"), 0);
    EXPECT_GT(count("'high' & 'school'"), count("'high' <-> 'school'"));
    EXPECT_GT(count("'high' <-> 'school'"), 0);
  });
}

TEST_F(PostgresFullText, FetchesOnlyWhatTheCacheHolds) {
  const PostgresFullTextIndex all(starter().pool, starter().hash);
  const PostgresFullTextIndex tight(starter().pool, starter().hash, {.cache_bytes = 200'000});
  for (const std::string& text : requests(500)) {
    const auto expected = all.search({.text = text, .limit = 30});
    const auto hits = tight.search({.text = text, .limit = 30});
    EXPECT_EQ(docs_of(hits, 30), docs_of(expected, 30));
  }
}

TEST_F(PostgresFullText, ThrowsUnavailableWithoutAServerAndGoesOnWithIt) {
  TestServer server;
  auto pool = std::make_shared<PostgresPool>(
      PostgresOptions{.url = server.new_database(), .work_limit = std::chrono::milliseconds(2000)});
  migrate_postgres(*pool);
  std::vector<Anime> records(3000);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].id = "id" + std::to_string(10'000'000 + i);
    records[i].titles.romaji = i % 2 == 0 ? "wolf" : "sheep";
  }
  const Catalog catalog(std::move(records));
  put_content(*pool, "h", catalog);
  const PostgresFullTextIndex index(pool, "h", {.candidates = 10});
  ASSERT_THAT(index.search({.text = "wolf", .limit = 10}), SizeIs(10));
  server.stop();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    try {
      index.search({.text = "wolf sheep", .limit = 10});
      FAIL() << "answered without a server";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  server.start();
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  EXPECT_THAT(index.search({.text = "wolf", .limit = 10}), SizeIs(10));
}

TEST_F(PostgresFullText, RefusesDamagedContent) {
  const auto pool = TestServer::shared().new_pool();
  std::vector<Anime> records(2);
  records[0].id = "aaaaaaaaaa";
  records[0].titles.romaji = "One wolf";
  records[1].id = "bbbbbbbbbb";
  records[1].titles.romaji = "Two wolves";
  const Catalog catalog(std::move(records));
  const ContentTables tables(put_content(*pool, "h", catalog).number);
  const auto kind_after = [&](const std::string& damage, const std::string& repair) {
    pool->write([&](pqxx::transaction_base& transaction) { transaction.exec(damage); });
    ErrorKind kind = ErrorKind::internal;
    try {
      PostgresFullTextIndex(pool, "h").search({.text = "wolf"});
    } catch (const Error& error) {
      kind = error.kind();
    }
    pool->write([&](pqxx::transaction_base& transaction) { transaction.exec(repair); });
    return kind;
  };
  const std::string keep = "CREATE TABLE kept AS TABLE " + tables.weight + "; ";
  const std::string restore = "DELETE FROM " + tables.weight + "; INSERT INTO " + tables.weight +
                              " SELECT * FROM kept; DROP TABLE kept";
  for (const char* bytes :
       {"\\x00", "\\x00000000010000", "\\xffffffff010001", "\\x0100000001000100000000010001"}) {
    EXPECT_EQ(
        kind_after(keep + "UPDATE " + tables.weight + " SET terms = '" + bytes + "'", restore),
        ErrorKind::corrupt)
        << bytes;
  }
  EXPECT_EQ(kind_after(keep + "DELETE FROM " + tables.weight + " WHERE doc = 1", restore),
            ErrorKind::corrupt);
  EXPECT_EQ(kind_after(keep + "UPDATE " + tables.weight + " SET doc = 77 WHERE doc = 1", restore),
            ErrorKind::corrupt);
  EXPECT_EQ(kind_after("UPDATE content SET bm25f = '1 2 three'", "SELECT 1"), ErrorKind::corrupt);
  EXPECT_THROW(PostgresFullTextIndex(pool, "other"), Error);
}

}  // namespace
}  // namespace anireco
