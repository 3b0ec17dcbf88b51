#include "ingest/migrate.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "catalog/memory_store.h"
#include "ingest/import_fixture.h"

namespace anireco {
namespace {

class MigrateTest : public ImportFixture {
 protected:
  MigrateTest() : source_(folder_.path() / "source"), target_(folder_.path() / "target") {
    source_.run({write_lines("all.jsonl", 1, 30)});
    ImportOptions second;
    second.source = "second";
    source_.run(
        {write_text("more.jsonl", R"({"ids":{"mal":3},"titles":{"romaji":"Other"},"score":9.5})"
                                  "\n")},
        second);
  }
  MigrateResult run(const MigrateOptions& options = {}) {
    return migrate(source_.store, target_.store, target_.publisher, options);
  }

  Setup source_;
  Setup target_;
};

TEST_F(MigrateTest, CopiesTitlesWithTheirSourcesAndVectorsAndPublishes) {
  const MigrateResult result = run();
  EXPECT_EQ(result.summary.titles, 30U);
  EXPECT_EQ(result.summary.contributions, 31U);
  EXPECT_EQ(result.titles_sent, 30U);
  EXPECT_GT(result.summary.vectors, 30U);
  EXPECT_EQ(result.vectors_sent, result.summary.vectors);
  EXPECT_TRUE(result.published);
  EXPECT_EQ(target_.store.load_titles(), source_.store.load_titles());
  const Generation from = source_.store.generation();
  EXPECT_EQ(result.generation.number, 1U);
  EXPECT_EQ(result.generation.content_hash, from.content_hash);
  EXPECT_TRUE(result.generation.vectors_complete);
  EXPECT_TRUE(target_.publisher.files(result.generation));
}

TEST_F(MigrateTest, SendsNothingTwice) {
  const MigrateResult first = run();
  const MigrateResult again = run();
  EXPECT_EQ(again.titles_sent, 0U);
  EXPECT_EQ(again.vectors_sent, 0U);
  EXPECT_FALSE(again.published);
  EXPECT_EQ(again.summary, first.summary);
}

TEST_F(MigrateTest, GoesOnWhereItWasInterrupted) {
  for (const char* point : {"migrate.after_titles", "migrate.after_vectors"}) {
    MigrateOptions options;
    options.fault = [point](std::string_view at) {
      if (at == point) throw Error(ErrorKind::unavailable, "the line is cut");
    };
    EXPECT_THROW(run(options), Error);
    EXPECT_EQ(target_.store.generation().number, 0U) << "published by halves";
  }
  const MigrateResult result = run();
  EXPECT_EQ(result.titles_sent, 0U);
  EXPECT_EQ(result.vectors_sent, 0U);
  EXPECT_TRUE(result.published);
}

TEST_F(MigrateTest, EndsEarlyWhenItIsAskedTo) {
  std::stop_source stop;
  stop.request_stop();
  MigrateOptions options;
  options.stop = stop.get_token();
  EXPECT_TRUE(run(options).stopped);
  EXPECT_EQ(target_.store.generation().number, 0U);
  EXPECT_TRUE(run().published);
}

TEST_F(MigrateTest, DoesNotMixTwoCatalogues) {
  target_.run({write_lines("others.jsonl", 500, 2)});
  try {
    run();
    FAIL() << "two catalogues became one";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
  }
  EXPECT_EQ(target_.store.count(), 2U);
}

TEST_F(MigrateTest, HasNothingToCopyFromAnEmptyStore) {
  MemoryStore empty;
  try {
    migrate(empty, target_.store, target_.publisher);
    FAIL() << "nothing was migrated";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
  }
}

TEST_F(MigrateTest, TheSummaryTellsStoresApart) {
  const std::string model = source_.store.generation().model_fingerprint;
  const StoreSummary before = summarise(source_.store, model);
  EXPECT_EQ(summarise(source_.store, model), before);
  ImportOptions second;
  second.source = "second";
  source_.run(
      {write_text("changed.jsonl", R"({"ids":{"mal":3},"titles":{"romaji":"Other"},"score":9.4})"
                                   "\n")},
      second);
  EXPECT_NE(summarise(source_.store, model).records_sha256, before.records_sha256);
}

}  // namespace
}  // namespace anireco
