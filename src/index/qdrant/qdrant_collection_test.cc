#include "index/qdrant/qdrant_collection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <stdexcept>

#include "base/error.h"
#include "catalog/random_filters.h"
#include "index/qdrant/fake_qdrant.h"
#include "net/scripted_fetcher.h"

namespace anireco {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using testing::ElementsAre;

class QdrantCollectionTest : public testing::Test {
 protected:
  static QdrantContent content(std::uint64_t generation, std::size_t points) {
    return {.generation = generation,
            .content_hash = "c",
            .model_fingerprint = "m",
            .dimension = 2,
            .titles = 6,
            .points = points,
            .checksum = "of " + std::to_string(points)};
  }

  QdrantCollectionWriter writer(const QdrantContent& of) {
    return {client_, {.prefix = "a"}, catalog_, of, clock_};
  }

  QdrantCollectionWriter repairer(const QdrantContent& of) {
    return {client_, {.prefix = "a", .undo_newer = true}, catalog_, of, clock_};
  }

  /// Returns how many points were sent.
  std::size_t publish(const QdrantContent& of, const FaultHook& fault = {}) {
    QdrantCollectionWriter out = writer(of);
    fill(out, of.points);
    out.complete(fault);
    return out.sent();
  }

  static void fill(QdrantCollectionWriter& out, std::size_t points) {
    const std::uint16_t east[] = {0x3f80, 0};
    for (DocId doc = 0; doc < points; ++doc) {
      if (!out.has(doc)) out.add({doc, east, {}});
    }
  }

  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, collection] : server_.collections) out.push_back(name);
    return out;
  }

  template <typename Call>
  static ErrorKind kind_of(const Call& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorKind::internal;
  }

  FakeQdrant server_;
  QdrantClient client_{{.first_wait = std::chrono::milliseconds(1)},
                       std::make_unique<ScriptedFetcher>(
                           [this](const FetchRequest& r) { return server_.answer(r); })};
  Catalog catalog_{RandomFilters(1).titles(6)};
  std::shared_ptr<ManualClock> clock_ =
      std::make_shared<ManualClock>(std::chrono::system_clock::time_point(seconds(1'000'000)));
};

TEST_F(QdrantCollectionTest, the_weight_of_windows_stays_as_the_collection_was_made) {
  publish(content(1, 2));
  QdrantCollectionWriter later(client_, {.prefix = "a", .window_weight = 2}, catalog_,
                               content(1, 3), clock_);
  EXPECT_EQ(later.found(), 2U) << "it is gone on with";
  fill(later, 3);
  later.complete();
  const auto first = published_content(client_, "a", 1);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->window_weight, 1);
  QdrantCollectionWriter next(client_, {.prefix = "a", .window_weight = 2}, catalog_, content(2, 3),
                              clock_);
  fill(next, 3);
  next.complete();
  const auto second = published_content(client_, "a", 2);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->window_weight, 2);
  for (const float wrong : {0.0F, -1.0F, 101.0F, std::nanf("")}) {
    EXPECT_EQ(kind_of([&] {
                QdrantCollectionWriter(client_, {.prefix = "a", .window_weight = wrong}, catalog_,
                                       content(3, 3), clock_);
              }),
              ErrorKind::invalid_argument)
        << wrong;
  }
}

TEST_F(QdrantCollectionTest, vectors_that_came_later_are_added_to_what_the_alias_names) {
  publish(content(1, 3));
  const QdrantContent more = content(1, 5);
  QdrantCollectionWriter again = writer(more);
  EXPECT_EQ(again.found(), 3U);
  EXPECT_EQ(published_content(client_, "a", 1), std::nullopt) << "it is being filled";
  fill(again, 5);
  again.complete();
  EXPECT_EQ(again.sent(), 2U);
  EXPECT_EQ(published_content(client_, "a", 1), more);
  EXPECT_TRUE(server_.deleted.empty());
  EXPECT_EQ(publish(more), 0U);
}

TEST_F(QdrantCollectionTest, a_collection_has_the_shards_and_replicas_of_the_options) {
  QdrantCollectionWriter(client_, {.prefix = "a", .shards = 3, .replicas = 2}, catalog_,
                         content(1, 3));
  const json::object& spec = server_.collections.at("a_1").spec;
  EXPECT_EQ(spec.at("shard_number"), 3);
  EXPECT_EQ(spec.at("replication_factor"), 2);
  for (const QdrantCollectionOptions& none :
       {QdrantCollectionOptions{.shards = 0}, QdrantCollectionOptions{.replicas = 0}}) {
    EXPECT_EQ(kind_of([&] { QdrantCollectionWriter(client_, none, catalog_, content(1, 3)); }),
              ErrorKind::invalid_argument);
  }
}

TEST_F(QdrantCollectionTest, another_catalogue_does_not_take_the_place_of_what_is_served) {
  publish(content(1, 3));
  QdrantContent other = content(1, 2);
  other.content_hash = "d";
  EXPECT_EQ(kind_of([&] { publish(other); }), ErrorKind::invalid_argument);
  EXPECT_TRUE(server_.deleted.empty());
  EXPECT_EQ(published_content(client_, "a", 1), content(1, 3));
  server_.aliases.clear();
  EXPECT_EQ(publish(other), 2U);
  EXPECT_THAT(server_.deleted, ElementsAre("a_1"));
  EXPECT_EQ(published_content(client_, "a", 1), other);
}

TEST_F(QdrantCollectionTest, a_creation_whose_answer_was_lost_is_done) {
  server_.lost_creations = 1;
  EXPECT_EQ(publish(content(1, 3)), 3U);
  EXPECT_EQ(server_.aliases.at("a"), "a_1");
}

TEST_F(QdrantCollectionTest, the_alias_does_not_go_back) {
  publish(content(1, 3));
  clock_->advance(seconds(600));
  QdrantCollectionWriter slow = writer(content(2, 3));
  fill(slow, 3);
  publish(content(3, 3));
  EXPECT_EQ(kind_of([&] { slow.complete(); }), ErrorKind::unavailable);
  EXPECT_EQ(server_.aliases.at("a"), "a_3");
  EXPECT_THAT(names(), ElementsAre("a_1", "a_2", "a_3"));
}

TEST_F(QdrantCollectionTest, a_repair_goes_back_and_the_undone_generations_go) {
  for (const std::uint64_t generation : {4, 8, 9}) {
    publish(content(generation, 3));
    clock_->advance(seconds(600));
  }
  EXPECT_THAT(names(), ElementsAre("a_8", "a_9"));
  server_.collections["b_10"] = {};
  QdrantCollectionWriter repair = repairer(content(5, 3));
  fill(repair, 3);
  repair.complete();
  EXPECT_EQ(server_.aliases.at("a"), "a_5");
  EXPECT_EQ(published_content(client_, "a", 5), content(5, 3));
  EXPECT_THAT(names(), ElementsAre("a_5", "b_10"));
  for (const std::uint64_t generation : {6, 7}) {
    clock_->advance(seconds(600));
    EXPECT_EQ(publish(content(generation, 3)), 3U);
  }
  EXPECT_THAT(names(), ElementsAre("a_6", "a_7", "b_10"));
}

TEST_F(QdrantCollectionTest, a_repair_replaces_another_catalogue_of_the_same_number) {
  publish(content(1, 3));
  QdrantContent other = content(1, 2);
  other.content_hash = "d";
  QdrantCollectionWriter repair = repairer(other);
  EXPECT_EQ(repair.found(), 0U);
  fill(repair, 2);
  repair.complete();
  EXPECT_EQ(published_content(client_, "a", 1), other);
  EXPECT_EQ(server_.aliases.at("a"), "a_1");
}

TEST_F(QdrantCollectionTest, a_stop_request_ends_the_wait_for_the_optimiser) {
  std::stop_source stop;
  const QdrantClient stopped = client_.stopped_by(stop.get_token());
  QdrantCollectionWriter slow{stopped, {.prefix = "a"}, catalog_, content(1, 3), clock_};
  fill(slow, 3);
  int asked = 0;
  server_.optimising = 1'000'000;
  server_.on_question = [&] {
    if (++asked == 5) stop.request_stop();
  };
  EXPECT_EQ(kind_of([&] { slow.complete(); }), ErrorKind::unavailable);
  EXPECT_EQ(asked, 5);
  EXPECT_TRUE(server_.aliases.empty());
}

TEST_F(QdrantCollectionTest, what_was_replaced_a_moment_ago_stays) {
  publish(content(1, 3));
  clock_->advance(seconds(600));
  publish(content(2, 3));
  clock_->advance(seconds(30));
  publish(content(3, 3));
  EXPECT_THAT(names(), ElementsAre("a_1", "a_2", "a_3"));
  clock_->advance(seconds(31));
  publish(content(3, 3));
  EXPECT_THAT(names(), ElementsAre("a_2", "a_3"));
}

TEST_F(QdrantCollectionTest, done_again_it_keeps_the_same_collections) {
  publish(content(1, 3));
  clock_->advance(seconds(600));
  publish(content(4, 3));
  clock_->advance(seconds(600));
  for (int times = 0; times < 3; ++times) {
    publish(content(9, 3));
    EXPECT_THAT(names(), ElementsAre("a_4", "a_9"));
    clock_->advance(seconds(600));
  }
}

TEST_F(QdrantCollectionTest, stopped_before_the_switch_it_is_done_the_next_time) {
  publish(content(1, 3));
  clock_->advance(seconds(600));
  const auto stop = [&](std::string_view point) {
    EXPECT_EQ(point, "qdrant.before_switch");
    EXPECT_NE(published_content(client_, "a", 2), std::nullopt);
    throw std::runtime_error("stopped");
  };
  EXPECT_THROW(publish(content(2, 3), stop), std::runtime_error);
  EXPECT_EQ(server_.aliases.at("a"), "a_1");
  clock_->advance(seconds(600));
  EXPECT_EQ(publish(content(2, 3)), 0U);
  EXPECT_EQ(server_.aliases.at("a"), "a_2");
  clock_->advance(seconds(30));
  publish(content(3, 3));
  EXPECT_THAT(names(), ElementsAre("a_1", "a_2", "a_3")) << "the switch counts, not the first try";
}

TEST(QdrantNamesTest, collections_are_told_from_those_of_others) {
  EXPECT_EQ(collection_name("a", 12), "a_12");
  EXPECT_EQ(collection_generation("a", "a_12"), 12U);
  for (const char* name : {"a", "a_", "a_012", "a_12x", "a_-1", "b_12", "a_99999999999999999999"}) {
    EXPECT_EQ(collection_generation("a", name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace anireco
