#include "ingest/qdrant_publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "catalog/memory_store.h"
#include "catalog/random_filters.h"
#include "encoder/hashing_encoder.h"
#include "index/memory_vector_index.h"
#include "index/qdrant/answer_fields.h"
#include "index/qdrant/filter_json.h"
#include "index/qdrant/qdrant_vector_index.h"
#include "ingest/encoded_texts.h"
#include "ingest/qdrant_fixture.h"
#include "tensor/bfloat16.h"

namespace anireco {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kDimension = 8;
constexpr const char* kPrefix = "anireco_test";

std::string test_setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Small catalogues with vectors, brought to Qdrant.
class QdrantTest : public testing::Test {
 protected:
  explicit QdrantTest(Source source) {
    const bool recording = !test_setting("ANIRECO_RECORD_QDRANT").empty();
    client_ = test_client(source, testing::UnitTest::GetInstance()->current_test_info()->name(),
                          {.url = test_setting("ANIRECO_TEST_QDRANT_URL"),
                           .api_key = test_setting("ANIRECO_TEST_QDRANT_KEY"),
                           .ca_file = test_setting("ANIRECO_TEST_QDRANT_CA")},
                          recording);
    filters_ = source == Source::record || recording ? 20 : 200;
  }

  void SetUp() override {
    if (!client_) GTEST_SKIP() << "no server at ANIRECO_TEST_QDRANT_URL";
    for (const std::string& name : client_->collections()) {
      if (collection_generation(kPrefix, name)) client_->delete_collection(name);
    }
    make_catalogue(1, 40);
  }

  void TearDown() override {
    if (!client_) return;
    for (const std::string& name : client_->collections()) {
      if (collection_generation(kPrefix, name)) client_->delete_collection(name);
    }
  }

  void make_catalogue(std::uint64_t generation, std::size_t titles) {
    RandomFilters random(static_cast<std::uint32_t>(generation));
    catalog_ = std::make_unique<Catalog>(random.titles(titles));
    put_vectors(store_, 1);
    generation_ = {.number = generation,
                   .content_hash = "content " + std::to_string(generation),
                   .model_fingerprint = encoder_.fingerprint(),
                   .vectors_complete = true};
  }

  /// Of every step-th title.
  void put_vectors(MemoryStore& store, DocId step) {
    std::vector<StoredVector> stored;
    for (DocId doc = 0; doc < catalog_->size(); doc += step) {
      for (const std::string& text : encoded_texts((*catalog_)[doc])) {
        stored.push_back({text_hash(text), vector_of(text)});
      }
    }
    store.put_vectors(encoder_.fingerprint(), stored);
  }

  TitleVectors vectors_in(const MemoryStore& store) const {
    return TitleVectors(store, *catalog_, encoder_.fingerprint());
  }

  std::vector<std::uint16_t> vector_of(const std::string& text) {
    std::vector<float> values(kDimension);
    const std::string texts[] = {text};
    encoder_.encode(texts, values);
    std::vector<std::uint16_t> bits;
    for (const float value : values) bits.push_back(to_bfloat16(value).bits);
    return bits;
  }

  QdrantPublishOptions options() const {
    return {.collection = {.prefix = kPrefix, .batch_bytes = 4'000}, .clock = clock_};
  }

  QdrantPublishResult publish(const QdrantPublishOptions& with) {
    return publish_to_qdrant(*client_, vectors_in(store_), *catalog_, generation_, with);
  }
  QdrantPublishResult publish() { return publish(options()); }
  QdrantDifferences compare() {
    return compare_with_qdrant(*client_, vectors_in(store_), *catalog_, generation_, options());
  }

  std::unique_ptr<const QdrantVectorIndex> open() {
    return QdrantVectorIndex::open(client_,
                                   {.generation = generation_.number,
                                    .content_hash = generation_.content_hash,
                                    .model_fingerprint = generation_.model_fingerprint,
                                    .titles = catalog_->size()},
                                   {.prefix = kPrefix, .statistics_sample = 40});
  }

  /// The same titles, every score computed here.
  MemoryVectorIndex twin() {
    const TitleVectors vectors = vectors_in(store_);
    MemoryVectorIndex out(kDimension, encoder_.fingerprint());
    const auto widen = [](std::span<const std::uint16_t> bits) {
      std::vector<float> values;
      for (const std::uint16_t b : bits) values.push_back(to_float(bfloat16{b}));
      return values;
    };
    for (DocId doc = 0; doc < catalog_->size(); ++doc) {
      const TitleVectors::Title title = vectors.of(doc);
      out.add(widen(title.document), widen(title.windows));
    }
    return out;
  }

  std::vector<float> query_vector(int n) {
    std::vector<float> values;
    for (const std::uint16_t bits : vector_of("request " + std::to_string(n))) {
      values.push_back(to_float(bfloat16{bits}));
    }
    return values;
  }

  std::vector<std::string> collections() {
    std::vector<std::string> out;
    for (std::string& name : client_->collections()) {
      if (collection_generation(kPrefix, name)) out.push_back(std::move(name));
    }
    std::ranges::sort(out);
    return out;
  }

  void finds_what_the_index_in_process_finds();
  void lets_through_what_the_catalogue_does();
  void goes_on_where_it_was_stopped();
  void moves_the_alias();
  void mends_differences();
  void takes_up_vectors_that_came_later();
  void makes_anew_what_holds_something_else();

  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  HashingEncoder encoder_{kDimension};
  MemoryStore store_;
  std::unique_ptr<const Catalog> catalog_;
  Generation generation_;
  std::shared_ptr<const QdrantClient> client_;
  int filters_ = 0;
};

void QdrantTest::finds_what_the_index_in_process_finds() {
  publish();
  const auto index = open();
  const MemoryVectorIndex expected = twin();
  RandomFilters random(3);
  for (int n = 0; n < filters_; ++n) {
    const std::vector<float> vector = query_vector(n);
    Filter filter = random.filter();
    if (n % 3 == 0) {
      filter = {};
      filter.level = Level::adult;
    }
    const DocSet matching = catalog_->matching(filter);
    DocSet allowed = matching;
    for (const DocId doc : random.docs(catalog_->size())) allowed.erase(doc);
    ScoreStatistics statistics;
    const DenseQuery query{.vector = vector,
                           .limit = n % 5 == 1 ? 2U : 10U,
                           .allowed = &allowed,
                           .filter = n % 4 == 0 ? nullptr : &filter,
                           .matching = &matching,
                           .window_weight = static_cast<float>(n % 3) * 0.5F,
                           .statistics = &statistics};
    const auto found = index->search(query);
    DenseQuery plain = query;
    plain.statistics = nullptr;
    const auto wanted = expected.search(plain);
    ASSERT_EQ(found.size(), wanted.size()) << n;
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(found[i].score, wanted[i].score, 2e-6F) << n;
      const bool tied = (i > 0 && wanted[i - 1].score - wanted[i].score < 4e-6F) ||
                        (i + 1 < wanted.size() && wanted[i].score - wanted[i + 1].score < 4e-6F) ||
                        i + 1 == query.limit;
      if (tied) continue;
      EXPECT_EQ(found[i].doc, wanted[i].doc) << n;
      EXPECT_NEAR(found[i].document_score, wanted[i].document_score, 2e-6F);
      EXPECT_NEAR(found[i].window_score, wanted[i].window_score, 4e-6F);
    }
    std::vector<DocId> docs = random.docs(catalog_->size());
    const auto scored = index->score(query, docs);
    const auto scores = expected.score(plain, docs);
    for (std::size_t i = 0; i < docs.size(); ++i) {
      EXPECT_EQ(scored[i].doc, docs[i]);
      EXPECT_NEAR(scored[i].score, scores[i].score, 2e-6F);
    }
    auto hits = found;
    index->find_windows(query, hits);
    for (std::size_t i = 0; i < hits.size(); ++i) {
      const DocId doc[] = {hits[i].doc};
      EXPECT_EQ(hits[i].window, expected.score(plain, doc).front().window);
    }
  }
}

void QdrantTest::lets_through_what_the_catalogue_does() {
  publish();
  const TitleVectors vectors = vectors_in(store_);
  RandomFilters random(4);
  for (int n = 0; n < filters_; ++n) {
    const Filter filter = random.filter();
    const std::vector<DocId> excluded = random.docs(catalog_->size());
    DocSet expected = catalog_->matching(filter);
    for (const DocId doc : excluded) expected.erase(doc);
    for (DocId doc = 0; doc < catalog_->size(); ++doc) {
      if (vectors.of(doc).document.empty()) expected.erase(doc);
    }
    const json::object translated = filter_json(filter, excluded);
    DocSet found(catalog_->size());
    client_->scroll(collection_name(kPrefix, 1),
                    {{"filter", translated}, {"with_payload", false}, {"with_vector", false}}, 100,
                    [&](const json::object& point) {
                      found.insert(static_cast<DocId>(as_count(member(point, "id"))));
                    });
    ASSERT_EQ(found, expected) << json::serialize(translated);
  }
}

void QdrantTest::goes_on_where_it_was_stopped() {
  QdrantPublishOptions stopped = options();
  int batches = 0;
  stopped.fault = [&](std::string_view point) {
    if (point == "qdrant.after_batch" && ++batches == 2) throw std::runtime_error("stopped");
  };
  EXPECT_THROW(publish(stopped), std::runtime_error);
  EXPECT_EQ(published_content(*client_, kPrefix, 1), std::nullopt);
  EXPECT_THROW(open(), Error) << "it is not complete";
  const QdrantPublishResult result = publish();
  EXPECT_GT(result.found, 1U);
  EXPECT_EQ(result.found + result.sent, result.content.points);
  EXPECT_EQ(publish().sent, 0U);
  EXPECT_EQ(published_generation(*client_, kPrefix), 1U);
  EXPECT_TRUE(compare().none());
}

void QdrantTest::moves_the_alias() {
  publish();
  clock_->advance(std::chrono::minutes(2));
  make_catalogue(2, 25);
  publish();
  EXPECT_EQ(published_generation(*client_, kPrefix), 2U);
  const auto second = open();
  clock_->advance(std::chrono::minutes(2));
  make_catalogue(3, 30);
  publish();
  EXPECT_EQ(published_generation(*client_, kPrefix), 3U);
  EXPECT_THAT(collections(), ElementsAre("anireco_test_2", "anireco_test_3"));
  const std::vector<float> vector = query_vector(1);
  EXPECT_EQ(second->search({.vector = vector, .limit = 5}).size(), 5U)
      << "searches under way are not disturbed";
  EXPECT_EQ(open()->search({.vector = vector, .limit = 5}).size(), 5U);
}

void QdrantTest::mends_differences() {
  publish();
  const TitleVectors vectors = vectors_in(store_);
  std::vector<DocId> docs;
  for (DocId doc = 0; doc < catalog_->size(); ++doc) {
    if (!vectors.of(doc).document.empty()) docs.push_back(doc);
  }
  const std::string name = collection_name(kPrefix, 1);
  const std::uint64_t gone[] = {docs[2]};
  client_->delete_points(name, gone);
  std::string body = R"({"points":[)";
  const auto append = [&](const QdrantPoint& point, const json::object& payload) {
    append_point(point, options().collection.window_weight, payload, body);
    body += ',';
  };
  const TitleVectors::Title first = vectors.of(docs[0]);
  const TitleVectors::Title second = vectors.of(docs[1]);
  append({docs[0], first.document, first.windows}, {{"level", "family"}, {"year", 1.0}});
  append({docs[1], first.document, second.windows}, point_payload(*catalog_, docs[1]));
  const TitleVectors::Title fourth = vectors.of(docs[3]);
  const Level wrong = catalog_->level(docs[3]) == Level::adult ? Level::family : Level::adult;
  append({docs[3], fourth.document, fourth.windows, wrong}, point_payload(*catalog_, docs[3]));
  append({1000, first.document, {}}, {});
  body.back() = ']';
  client_->upsert(name, body + '}');
  const QdrantDifferences differences = compare();
  EXPECT_EQ(differences.expected, docs.size());
  EXPECT_THAT(differences.missing, ElementsAre(docs[2]));
  EXPECT_THAT(differences.different, ElementsAre(docs[0], docs[1], docs[3]));
  EXPECT_THAT(differences.unknown, ElementsAre(1000U));
  EXPECT_FALSE(differences.collection_missing);
  repair_qdrant(differences, *client_, vectors, *catalog_, generation_, options());
  EXPECT_TRUE(compare().none());
}

void QdrantTest::takes_up_vectors_that_came_later() {
  MemoryStore some;
  put_vectors(some, 2);
  EXPECT_THROW(publish_to_qdrant(*client_, vectors_in(some), *catalog_, generation_, options()),
               Error)
      << "the generation has them all";
  EXPECT_THAT(collections(), IsEmpty());
  Generation early = generation_;
  early.vectors_complete = false;
  const auto first = publish_to_qdrant(*client_, vectors_in(some), *catalog_, early, options());
  const auto now = compare();
  EXPECT_TRUE(now.description_wrong && !now.collection_missing && !now.missing.empty());
  const QdrantPublishResult result = publish();
  EXPECT_EQ(result.found, first.content.points);
  EXPECT_EQ(result.found + result.sent, result.content.points);
  EXPECT_TRUE(compare().none());
  EXPECT_EQ(open()->content(), result.content);
}

void QdrantTest::makes_anew_what_holds_something_else() {
  QdrantPublishOptions stopped = options();
  stopped.fault = [](std::string_view point) {
    if (point == "qdrant.before_switch") throw std::runtime_error("stopped");
  };
  EXPECT_THROW(publish(stopped), std::runtime_error);
  make_catalogue(7, 12);
  generation_.number = 1;
  EXPECT_THROW(open(), Error) << "the same number, another catalogue";
  EXPECT_TRUE(compare().collection_missing);
  EXPECT_EQ(publish().found, 0U);
  EXPECT_TRUE(compare().none());
}

class QdrantServerTest : public QdrantTest {
 protected:
  QdrantServerTest() : QdrantTest(Source::server) {}
};
class QdrantRecordTest : public QdrantTest {
 protected:
  QdrantRecordTest() : QdrantTest(Source::record) {}
};

#define QDRANT_TEST(name)                                \
  TEST_F(QdrantServerTest, name) { QdrantTest::name(); } \
  TEST_F(QdrantRecordTest, name) { QdrantTest::name(); }

QDRANT_TEST(finds_what_the_index_in_process_finds)
QDRANT_TEST(lets_through_what_the_catalogue_does)
QDRANT_TEST(goes_on_where_it_was_stopped)
QDRANT_TEST(moves_the_alias)
QDRANT_TEST(mends_differences)
QDRANT_TEST(takes_up_vectors_that_came_later)
QDRANT_TEST(makes_anew_what_holds_something_else)

TEST_F(QdrantServerTest, tells_its_version) {
  EXPECT_THAT(client_->version(), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*"));
}

TEST_F(QdrantServerTest, a_wrong_key_is_refused) {
  if (client_->options().api_key.empty()) GTEST_SKIP() << "the server asks for no key";
  QdrantOptions wrong = client_->options();
  wrong.api_key = "guessed";
  try {
    static_cast<void>(QdrantClient(wrong).version());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
  }
}

TEST_F(QdrantServerTest, a_certificate_that_nobody_vouches_for_is_refused) {
  QdrantOptions stranger = client_->options();
  if (stranger.ca_file.empty()) GTEST_SKIP() << "the server has no certificate of its own";
  stranger.ca_file.clear();
  try {
    static_cast<void>(QdrantClient(stranger).version());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_THAT(error.what(), testing::HasSubstr("certificate"));
  }
}

}  // namespace
}  // namespace anireco
