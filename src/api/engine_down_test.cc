#include <gtest/gtest.h>

#include "api/api_fixture.h"
#include "fulltext/guarded_full_text_index.h"
#include "index/guarded_vector_index.h"

namespace anireco {
namespace {

using testing_api::Reply;
using testing_api::small_catalogue;
using testing_api::TestApi;

/// An engine that can be switched off.
struct Engine {
  std::atomic<bool> down = false;
  std::atomic<int> asked = 0;
  void ask() {
    ++asked;
    if (down) throw Error(ErrorKind::unavailable, "nobody answers");
  }
};

class SwitchedVectors final : public VectorIndex {
 public:
  SwitchedVectors(std::shared_ptr<Engine> engine, std::unique_ptr<const VectorIndex> inner)
      : engine_(std::move(engine)), inner_(std::move(inner)) {}
  std::size_t dimension() const override { return inner_->dimension(); }
  const std::string& model_fingerprint() const override { return inner_->model_fingerprint(); }
  std::vector<DenseHit> search(const DenseQuery& query) const override {
    engine_->ask();
    return inner_->search(query);
  }
  std::vector<DenseHit> score(const DenseQuery& query, std::span<const DocId> docs) const override {
    engine_->ask();
    return inner_->score(query, docs);
  }
  bool has_vector(DocId doc) const override { return inner_->has_vector(doc); }
  std::vector<float> document_vector(DocId doc) const override {
    engine_->ask();
    return inner_->document_vector(doc);
  }

 private:
  std::shared_ptr<Engine> engine_;
  std::unique_ptr<const VectorIndex> inner_;
};

class SwitchedWords final : public FullTextIndex {
 public:
  SwitchedWords(std::shared_ptr<Engine> engine, std::unique_ptr<const FullTextIndex> inner)
      : engine_(std::move(engine)), inner_(std::move(inner)) {}
  std::vector<LexicalHit> search(const LexicalQuery& query) const override {
    engine_->ask();
    return inner_->search(query);
  }
  std::vector<std::vector<TermContribution>> explain(std::string_view text,
                                                     std::span<const DocId> docs) const override {
    engine_->ask();
    return inner_->explain(text, docs);
  }

 private:
  std::shared_ptr<Engine> engine_;
  std::unique_ptr<const FullTextIndex> inner_;
};

class EngineDownTest : public ::testing::Test {
 protected:
  EngineDownTest()
      : api_(small_catalogue(), {}, {}, std::make_shared<const PosterShelf>(),
             testing_api::test_lists(), {.words = lexical_breaker_, .vectors = dense_breaker_}) {
    auto whole = testing_api::make_snapshot(small_catalogue());
    auto& snapshot = const_cast<Snapshot&>(*whole);
    snapshot.vectors = std::make_unique<GuardedVectorIndex>(
        std::make_unique<SwitchedVectors>(vectors_, std::move(snapshot.vectors)), dense_breaker_);
    snapshot.full_text = std::make_unique<GuardedFullTextIndex>(
        std::make_unique<SwitchedWords>(words_, std::move(snapshot.full_text)), lexical_breaker_);
    api_.snapshots.set(whole);
  }

  std::string degraded(const Reply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.body;
    const auto json = reply.json();
    if (reply.status != 200 || json.at("degraded").is_null()) return "";
    return std::string(json.at("degraded").as_string());
  }
  /// What a server does once a second.
  static void probe(CircuitBreaker& breaker, Engine& engine) {
    try {
      breaker.ask([&] {
        engine.ask();
        return true;
      });
    } catch (const Error&) {
    }
  }
  static std::string first_title(const Reply& reply) {
    const auto json = reply.json();
    const auto& hits = json.at("hits").as_array();
    return hits.empty() ? "" : std::string(hits[0].at("title").as_string());
  }

  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();
  std::shared_ptr<CircuitBreaker> dense_breaker_ =
      std::make_shared<CircuitBreaker>("Qdrant", std::chrono::seconds(1), clock_);
  std::shared_ptr<CircuitBreaker> lexical_breaker_ =
      std::make_shared<CircuitBreaker>("PostgreSQL", std::chrono::seconds(1), clock_);
  std::shared_ptr<Engine> vectors_ = std::make_shared<Engine>();
  std::shared_ptr<Engine> words_ = std::make_shared<Engine>();
  TestApi api_;
};

TEST_F(EngineDownTest, words_answer_without_the_engine_of_the_vectors) {
  EXPECT_EQ(degraded(api_.get("/api/v1/search?q=bounty+hunters+in+space")), "");
  vectors_->down = true;
  const Reply reply = api_.get("/api/v1/search?q=bounty+hunters+in+space");
  EXPECT_EQ(degraded(reply), "dense_unavailable");
  EXPECT_EQ(first_title(reply), "Cowboy Bebop");
  EXPECT_FALSE(reply.headers.contains("ETag")) << "what is missing may be there the next moment";
}

TEST_F(EngineDownTest, meaning_answers_without_the_engine_of_the_words) {
  words_->down = true;
  const Reply reply = api_.get("/api/v1/search?q=bounty+hunters+in+space");
  EXPECT_EQ(degraded(reply), "lexical_unavailable");
  EXPECT_EQ(first_title(reply), "Cowboy Bebop");
}

TEST_F(EngineDownTest, without_both_a_search_is_refused_and_browsing_is_not) {
  vectors_->down = true;
  words_->down = true;
  const Reply reply = api_.get("/api/v1/search?q=bounty+hunters");
  EXPECT_EQ(reply.status, 503) << reply.body;
  EXPECT_EQ(reply.headers.at("Retry-After"), "1");
  EXPECT_EQ(degraded(api_.get("/api/v1/search?q=&genre=Sci-Fi")), "");
  EXPECT_EQ(api_.get("/api/v1/anime/mal:1").status, 200);
}

TEST_F(EngineDownTest, a_search_by_words_alone_is_refused_without_their_engine) {
  words_->down = true;
  // Cyrillic text that no glossary renders has no vector.
  EXPECT_EQ(api_.get("/api/v1/search?q=%D0%B1%D0%B2%D0%B3%D0%B4").status, 503);
}

TEST_F(EngineDownTest, likeness_goes_by_facts_without_the_engine_of_the_vectors) {
  vectors_->down = true;
  EXPECT_EQ(degraded(api_.get("/api/v1/anime/mal:1/similar")), "dense_unavailable");
}

TEST_F(EngineDownTest, a_taste_learnt_meanwhile_is_learnt_again) {
  ASSERT_EQ(
      api_.call("PUT", "/api/v1/profiles/ann", "mal:1 completed 9\nmal:4 completed 8\n").status,
      200);
  vectors_->down = true;
  const std::string body = R"({"profile":"ann"})";
  EXPECT_EQ(degraded(api_.post("/api/v1/recommend", body)), "dense_unavailable");
  vectors_->down = false;
  clock_->advance(std::chrono::seconds(1));
  probe(*dense_breaker_, *vectors_);
  EXPECT_EQ(degraded(api_.post("/api/v1/recommend", body)), "");
}

TEST_F(EngineDownTest, an_engine_that_is_down_is_left_to_the_probe_and_taken_back) {
  vectors_->down = true;
  degraded(api_.get("/api/v1/search?q=space"));
  const int asked = vectors_->asked;
  for (int n = 0; n < 5; ++n) {
    EXPECT_EQ(degraded(api_.get("/api/v1/search?q=space")), "dense_unavailable");
  }
  EXPECT_EQ(vectors_->asked, asked);
  clock_->advance(std::chrono::seconds(1));
  probe(*dense_breaker_, *vectors_);
  vectors_->down = false;
  EXPECT_EQ(degraded(api_.get("/api/v1/search?q=space")), "dense_unavailable");
  clock_->advance(std::chrono::seconds(1));
  probe(*dense_breaker_, *vectors_);
  EXPECT_EQ(degraded(api_.get("/api/v1/search?q=space")), "");
}

TEST_F(EngineDownTest, a_search_that_needs_no_engine_does_not_take_it_for_well) {
  lexical_breaker_->failed();
  dense_breaker_->failed();
  clock_->advance(std::chrono::seconds(2));
  // Nothing passes the filters.
  const char* nothing = "/api/v1/search?q=bounty+hunters&year=1901";
  for (int n = 0; n < 3; ++n) api_.get(nothing);
  EXPECT_TRUE(lexical_breaker_->open());
  EXPECT_TRUE(dense_breaker_->open());
  EXPECT_EQ(api_.get("/readyz").status, 503);
}

TEST_F(EngineDownTest, readiness_tells_which_engine_is_down) {
  auto readiness = [this] { return api_.get("/readyz"); };
  EXPECT_EQ(readiness().json().at("status").as_string(), "ready");
  EXPECT_EQ(readiness().json().at("engines").at("Qdrant").as_string(), "up");
  vectors_->down = true;
  degraded(api_.get("/api/v1/search?q=space"));
  EXPECT_EQ(readiness().status, 200);
  EXPECT_EQ(readiness().json().at("status").as_string(), "degraded");
  EXPECT_EQ(readiness().json().at("engines").at("Qdrant").as_string(), "down");
  EXPECT_EQ(readiness().json().at("engines").at("PostgreSQL").as_string(), "up");
  EXPECT_NE(api_.get("/metrics").body.find("anireco_engine_up{engine=\"Qdrant\"} 0"),
            std::string::npos);
  words_->down = true;
  api_.get("/api/v1/search?q=space");
  EXPECT_EQ(readiness().status, 503);
  EXPECT_EQ(readiness().json().at("status").as_string(), "unavailable");
  vectors_->down = false;
  words_->down = false;
  clock_->advance(std::chrono::seconds(1));
  probe(*dense_breaker_, *vectors_);
  probe(*lexical_breaker_, *words_);
  EXPECT_EQ(readiness().json().at("status").as_string(), "ready");
}

TEST_F(EngineDownTest, vectors_in_the_process_keep_a_server_ready_without_the_engine_of_the_words) {
  TestApi api(small_catalogue(), {}, {}, std::make_shared<const PosterShelf>(),
              testing_api::test_lists(), {.words = lexical_breaker_});
  lexical_breaker_->failed();
  EXPECT_EQ(api.get("/readyz").status, 200);
  EXPECT_EQ(api.get("/readyz").json().at("status").as_string(), "degraded");
  auto bare = testing_api::make_snapshot(small_catalogue());
  const_cast<Snapshot&>(*bare).vectors = nullptr;
  api.snapshots.set(bare);
  EXPECT_EQ(api.get("/readyz").status, 503);
}

TEST_F(EngineDownTest, without_words_a_server_is_as_ready_as_its_encoder) {
  const auto health =
      std::make_shared<CircuitBreaker>("The encoder", std::chrono::seconds(1), clock_);
  const auto encoder = api_.gate.encoder();
  api_.gate.open(encoder, health);
  health->failed();
  EXPECT_EQ(api_.get("/readyz").status, 200) << "words answer";
  lexical_breaker_->failed();
  EXPECT_EQ(api_.get("/readyz").status, 503);
  EXPECT_EQ(api_.get("/readyz").json().at("status").as_string(), "unavailable");
  health->succeeded();
  EXPECT_EQ(api_.get("/readyz").status, 200) << "meaning answers";
  api_.gate.open(nullptr);
  EXPECT_EQ(api_.get("/readyz").status, 503);
  EXPECT_EQ(api_.get("/api/v1/search?q=space").status, 503);
}

TEST_F(EngineDownTest, what_awaits_its_vectors_says_so_and_is_not_kept) {
  auto bare = testing_api::make_snapshot(small_catalogue());
  auto& snapshot = const_cast<Snapshot&>(*bare);
  snapshot.vectors = nullptr;
  snapshot.awaits_vectors = true;
  api_.snapshots.set(bare);
  for (const char* target : {"/api/v1/anime/mal:1/similar", "/api/v1/search?q=space"}) {
    const Reply reply = api_.get(target);
    EXPECT_EQ(degraded(reply), "dense_unavailable") << target;
    EXPECT_FALSE(reply.headers.contains("ETag")) << target;
  }
  EXPECT_EQ(degraded(api_.get("/api/v1/search?q=&genre=Sci-Fi")), "") << "it lacks nothing";
  EXPECT_EQ(api_.get("/readyz").status, 200);
  EXPECT_EQ(api_.get("/readyz").json().at("status").as_string(), "degraded");
}

TEST_F(EngineDownTest, an_encoder_elsewhere_that_is_silent_leaves_the_words) {
  api_.gate.miss();
  EXPECT_EQ(api_.get("/readyz").json().at("encoder").as_string(), "ready") << "once it was there";
  const auto health =
      std::make_shared<CircuitBreaker>("The encoder", std::chrono::seconds(1), clock_);
  api_.gate.open(api_.gate.encoder(), health);
  health->failed();
  EXPECT_EQ(api_.get("/readyz").json().at("encoder").as_string(), "unavailable");
  health->succeeded();
  EXPECT_EQ(api_.get("/readyz").json().at("encoder").as_string(), "ready");
}

}  // namespace
}  // namespace anireco
