// Feeding Qdrant from PostgreSQL's outbox: who may, what it costs, what a repair may do.

#include "ingest/server_publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "catalog/memory_store.h"
#include "catalog/postgres/generation_content.h"
#include "catalog/postgres/outbox.h"
#include "catalog/postgres/postgres_store.h"
#include "catalog/postgres/test_server.h"
#include "catalog/test_records.h"
#include "encoder/hashing_encoder.h"
#include "index/qdrant/fake_qdrant.h"
#include "ingest/encoded_texts.h"
#include "net/fetch_error.h"
#include "net/scripted_fetcher.h"
#include "tensor/bfloat16.h"

namespace anireco {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kValues = 8;

class ServerPublisherTest : public testing::Test {
 protected:
  void SetUp() override {
    ANIRECO_NEED_POSTGRES();
    pool_ = TestServer::shared().new_pool();
    store_ = std::make_unique<PostgresStore>(pool_);
    options_.qdrant.clock = clock_;
  }

  /// Publishes the store with `titles` titles, and feeds Qdrant if it answers.
  Generation import(std::uint32_t titles) {
    std::vector<Anime> records;
    for (std::uint32_t mal = 1; mal <= titles; ++mal) records.push_back(titled("T", mal));
    const auto lock = store_->lock_for_writing();
    store_->upsert("test", records, {});
    std::vector<StoredVector> vectors;
    for (const Anime& record : store_->load()) {
      for (const std::string& text : encoded_texts(record)) {
        vectors.push_back({text_hash(text), vector_of(text)});
      }
    }
    store_->put_vectors(encoder_.fingerprint(), vectors);
    ServerPublisher publisher(*store_, pool_, qdrant_, {.feed = options_});
    return publisher.publish({encoder_.fingerprint(), kValues});
  }

  std::vector<std::uint16_t> vector_of(const std::string& text) const {
    std::vector<float> values(kValues);
    const std::string texts[] = {text};
    encoder_.encode(texts, values);
    std::vector<std::uint16_t> bits;
    for (const float value : values) bits.push_back(to_bfloat16(value).bits);
    return bits;
  }

  void repair() {
    const auto lock = store_->lock_for_writing();
    const Generation generation = store_->generation();
    const Catalog catalog(read_generation_records(*pool_, generation));
    const TitleVectors vectors(*store_, catalog, generation.model_fingerprint);
    const QdrantDifferences differences =
        compare_with_qdrant(*qdrant_, vectors, catalog, generation, options_.qdrant);
    repair_fed(differences, *pool_, *store_, *qdrant_, vectors, catalog, generation, options_);
  }

  std::vector<OutboxEntry> owed() const { return Outbox(*pool_).pending(); }

  FetchResponse answer(const FetchRequest& request) {
    if (down_) throw FetchError(FetchFailure::connect, "no connection");
    return server_.answer(request);
  }

  std::shared_ptr<PostgresPool> pool_;
  std::unique_ptr<PostgresStore> store_;
  HashingEncoder encoder_{kValues};
  FakeQdrant server_;
  bool down_ = false;
  std::shared_ptr<const QdrantClient> qdrant_ = std::make_shared<const QdrantClient>(
      QdrantOptions{.first_wait = std::chrono::milliseconds(1)},
      std::make_unique<ScriptedFetcher>([this](const FetchRequest& r) { return answer(r); }));
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  FeedOptions options_{.who = "test"};
};

TEST_F(ServerPublisherTest, an_import_feeds_qdrant_at_once) {
  EXPECT_EQ(import(3).number, 1U);
  EXPECT_EQ(server_.aliases.at("anireco"), "anireco_1");
  EXPECT_THAT(server_.collections.at("anireco_1").points, SizeIs(3));
  EXPECT_THAT(owed(), IsEmpty());
}

TEST_F(ServerPublisherTest, reads_no_record_for_a_qdrant_that_cannot_take_it) {
  down_ = true;
  import(3);
  // Had it looked here first, it would have found that there is nothing to feed.
  const MemoryStore without_vectors;
  const auto feed = [&] {
    return message_of(ErrorKind::unavailable,
                      [&] { feed_qdrant(*pool_, without_vectors, *qdrant_, options_); });
  };
  EXPECT_THAT(feed(), HasSubstr("does not answer"));
  EXPECT_THAT(owed(), SizeIs(1));
  down_ = false;
  server_.collections["anireco_9"] = {};
  server_.aliases["anireco"] = "anireco_9";
  EXPECT_THAT(feed(), HasSubstr("anireco verify --repair"));
  EXPECT_THAT(owed(), SizeIs(1));
  EXPECT_EQ(owed()[0].taken_by, "") << "another may try at once";
}

TEST_F(ServerPublisherTest, the_lease_is_kept_while_qdrant_optimises) {
  // Taken over by another after a while, which whoever asks for more time is told.
  int asked = 0;
  server_.optimising = 1'000;
  server_.on_question = [&] {
    if (++asked != 4) return;
    Outbox outbox(*pool_);
    outbox.give_back(owed().at(0));
    ASSERT_TRUE(outbox.take("another:7", std::chrono::minutes(10)));
  };
  down_ = true;
  import(3);
  down_ = false;
  EXPECT_EQ(
      message_of(ErrorKind::unavailable, [&] { feed_qdrant(*pool_, *store_, *qdrant_, options_); }),
      "this process did not report for so long that another:7 took the feeding of generation "
      "1 over");
  EXPECT_LT(asked, 100) << "noticed while waiting, not at the end";
  EXPECT_THAT(server_.aliases, IsEmpty());
}

TEST_F(ServerPublisherTest, what_a_newer_generation_or_a_repair_takes_away_is_told) {
  down_ = true;
  import(3);
  down_ = false;
  const auto lost_by = [&](const std::function<void()>& loss) {
    options_.qdrant.fault = [&](std::string_view point) {
      if (point == "qdrant.before_points") loss();
    };
    return message_of(ErrorKind::unavailable,
                      [&] { feed_qdrant(*pool_, *store_, *qdrant_, options_); });
  };
  EXPECT_THAT(lost_by([&] { Outbox(*pool_).feed_again(); }), HasSubstr("is to be fed anew"));
  EXPECT_THAT(lost_by([&] {
                down_ = true;
                import(4);
                down_ = false;
              }),
              HasSubstr("generation 2 was published meanwhile"));
}

TEST_F(ServerPublisherTest, a_repair_brings_qdrant_back_to_a_record_that_was_restored) {
  import(3);
  // Published after the backup: generations that the record does not know any more.
  server_.collections.clear();
  server_.collections["anireco_8"] = {};
  server_.collections["anireco_9"] = {};
  server_.aliases["anireco"] = "anireco_9";
  repair();
  EXPECT_EQ(server_.aliases.at("anireco"), "anireco_1");
  EXPECT_THAT(server_.collections, SizeIs(1));
  EXPECT_THAT(server_.collections.at("anireco_1").points, SizeIs(3));
  EXPECT_THAT(owed(), IsEmpty());
  EXPECT_EQ(import(4).number, 2U);
  EXPECT_EQ(server_.aliases.at("anireco"), "anireco_2");
}

TEST_F(ServerPublisherTest, a_repair_replaces_another_catalogue_under_the_same_number) {
  import(3);
  server_.collections.at("anireco_1").metadata["content_hash"] = "another";
  repair();
  EXPECT_EQ(server_.deleted, std::vector<std::string>{"anireco_1"});
  EXPECT_EQ(server_.aliases.at("anireco"), "anireco_1");
  EXPECT_EQ(published_content(*qdrant_, "anireco", 1)->content_hash,
            store_->generation().content_hash);
}

}  // namespace
}  // namespace anireco
