#include "index/exact_vector_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "index/memory_vector_index.h"

namespace anireco {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModel = "model-a";

std::vector<float> random_unit(std::mt19937& random, std::size_t dimension) {
  std::normal_distribution<float> normal;
  std::vector<float> vector(dimension);
  for (float& value : vector) value = normal(random);
  const float norm =
      std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0F));
  for (float& value : vector) value /= norm;
  return vector;
}

std::vector<std::uint16_t> to_bits(const std::vector<float>& vector) {
  std::vector<std::uint16_t> bits;
  for (const float value : vector) bits.push_back(to_bfloat16(value).bits);
  return bits;
}

std::vector<float> rounded(const std::vector<std::uint16_t>& bits) {
  std::vector<float> values;
  for (const std::uint16_t value : bits) values.push_back(to_float(bfloat16{value}));
  return values;
}

/// A file of random documents, some without a vector, some without windows, some equal.
class ExactVectorIndexTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kDocuments = 1500;
  static constexpr std::size_t kDimension = 52;

  void SetUp() override {
    path_ =
        fs::path(::testing::TempDir()) /
        (std::string("vectors_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    VectorFileWriter writer(path_, {kModel, kDimension, 7});
    std::vector<std::uint16_t> document;
    for (std::size_t doc = 0; doc < kDocuments; ++doc) {
      std::vector<std::uint16_t> windows;
      if (doc % 11 == 5) {
        document.clear();
      } else {
        // Every 13th repeats the one before, so that there are ties.
        if (doc % 13 != 0 || document.empty()) document = to_bits(random_unit(random_, kDimension));
        const bool twin = doc % 13 == 0 || doc % 13 == 12;
        const std::size_t count = twin ? 1 : doc % 5;
        for (std::size_t i = 0; i < count; ++i) {
          const auto window = twin ? document : to_bits(random_unit(random_, kDimension));
          windows.insert(windows.end(), window.begin(), window.end());
        }
      }
      writer.add(document, windows);
      naive_.add(rounded(document), rounded(windows));
    }
    EXPECT_EQ(writer.size(), kDocuments);
    writer.commit();
  }
  void TearDown() override { fs::remove(path_); }

  void expect_equals_naive(const ExactVectorIndex& index, DenseQuery query) {
    ScoreStatistics statistics;
    ScoreStatistics expected_statistics;
    query.statistics = &statistics;
    const auto hits = index.search(query);
    query.statistics = &expected_statistics;
    const auto expected = naive_.search(query);
    ASSERT_EQ(hits.size(), expected.size());
    for (std::size_t i = 0; i < hits.size(); ++i) {
      EXPECT_NEAR(hits[i].score, expected[i].score, 1e-5F);
      EXPECT_NEAR(hits[i].score,
                  hits[i].document_score + query.window_weight * hits[i].window_score, 1e-6F);
      EXPECT_TRUE(query.allowed == nullptr || query.allowed->contains(hits[i].doc));
    }
    EXPECT_EQ(statistics.count, expected_statistics.count);
    EXPECT_NEAR(statistics.mean, expected_statistics.mean, 2e-3);
    EXPECT_NEAR(statistics.stddev, expected_statistics.stddev, 2e-3);

    // Bit for bit what a full scan of the stored bfloat16 rows gives, ties by document.
    std::vector<DocId> docs;
    for (DocId doc = 0; doc < kDocuments; ++doc) {
      if (index.has_vector(doc) && (query.allowed == nullptr || query.allowed->contains(doc))) {
        docs.push_back(doc);
      }
    }
    auto all = index.score(query, docs);
    std::sort(all.begin(), all.end(), [](const DenseHit& a, const DenseHit& b) {
      return a.score > b.score || (a.score == b.score && a.doc < b.doc);
    });
    all.resize(std::min(all.size(), query.limit));
    for (std::size_t i = 0; i < hits.size(); ++i) {
      ASSERT_EQ(hits[i].doc, all[i].doc) << "rank " << i;
      ASSERT_EQ(hits[i].score, all[i].score);
      ASSERT_EQ(hits[i].window, all[i].window);
      ASSERT_EQ(hits[i].document_score, all[i].document_score);
      ASSERT_EQ(hits[i].window_score, all[i].window_score);
    }
  }

  fs::path path_;
  std::mt19937 random_{42};
  MemoryVectorIndex naive_{kDimension, kModel};
};

TEST_F(ExactVectorIndexTest, EqualsAFullScanForEveryLimitAndWindowWeight) {
  const auto index = ExactVectorIndex::open(path_);
  for (const std::size_t limit : {1, 10, 100, 1000, 5000}) {
    for (const float weight : {0.0F, 0.5F, 2.0F}) {
      const auto vector = random_unit(random_, kDimension);
      expect_equals_naive(index, {.vector = vector, .limit = limit, .window_weight = weight});
    }
  }
}

TEST_F(ExactVectorIndexTest, HonoursAFilterBeforeTheLimit) {
  const auto index = ExactVectorIndex::open(path_);
  for (const unsigned one_in : {2U, 10U, 300U}) {
    DocSet allowed(kDocuments);
    for (DocId doc = 0; doc < kDocuments; ++doc) {
      if (random_() % one_in == 0) allowed.insert(doc);
    }
    const auto vector = random_unit(random_, kDimension);
    expect_equals_naive(index, {.vector = vector, .limit = 20, .allowed = &allowed});
    expect_equals_naive(index, {.vector = vector, .limit = 2000, .allowed = &allowed});
  }
  const DocSet none(kDocuments);
  const auto vector = random_unit(random_, kDimension);
  EXPECT_TRUE(index.search({.vector = vector, .allowed = &none}).empty());
}

TEST_F(ExactVectorIndexTest, BreaksTiesByAscendingDocument) {
  const auto index = ExactVectorIndex::open(path_);
  const auto hits = index.search({.vector = index.document_vector(13), .limit = 2});
  ASSERT_EQ(hits.size(), 2U);
  EXPECT_EQ(hits[0].doc, 12U);
  EXPECT_EQ(hits[1].doc, 13U);
  EXPECT_NEAR(hits[0].document_score, 1.0F, 0.01F);
}

TEST_F(ExactVectorIndexTest, GivesTheSameWithHelpersAndUnderLoad) {
  const auto index = ExactVectorIndex::open(path_, {.threads = 3});
  const auto alone = ExactVectorIndex::open(path_, {.threads = 1});
  std::vector<std::vector<float>> vectors;
  for (int i = 0; i < 20; ++i) vectors.push_back(random_unit(random_, kDimension));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < vectors.size() * 5; i += 4) {
        const DenseQuery query{.vector = vectors[i % vectors.size()], .limit = 50};
        const auto hits = index.search(query);
        const auto expected = alone.search(query);
        ASSERT_EQ(hits.size(), expected.size());
        for (std::size_t k = 0; k < hits.size(); ++k) {
          ASSERT_EQ(hits[k].doc, expected[k].doc);
          ASSERT_EQ(hits[k].score, expected[k].score);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(ExactVectorIndexTest, ScoresGivenDocumentsInTheirOrder) {
  const auto index = ExactVectorIndex::open(path_);
  const auto vector = random_unit(random_, kDimension);
  const std::vector<DocId> docs = {9, 5, 1499, 9, 100000};
  const auto hits = index.score({.vector = vector}, docs);
  const auto expected = naive_.score({.vector = vector}, docs);
  ASSERT_EQ(hits.size(), docs.size());
  for (std::size_t i = 0; i < docs.size(); ++i) {
    EXPECT_EQ(hits[i].doc, docs[i]);
    EXPECT_EQ(hits[i].window, expected[i].window);
    EXPECT_NEAR(hits[i].score, expected[i].score, 1e-5F);
  }
  EXPECT_EQ(hits[1].score, 0.0F) << "a document without a vector";
  EXPECT_EQ(hits[4].score, 0.0F) << "no such document";
}

TEST_F(ExactVectorIndexTest, TellsWhatTheFileHolds) {
  const auto index = ExactVectorIndex::open(path_, {.model_fingerprint = kModel});
  EXPECT_EQ(index.dimension(), kDimension);
  EXPECT_EQ(index.model_fingerprint(), kModel);
  EXPECT_EQ(index.generation(), 7U);
  EXPECT_EQ(index.size(), kDocuments);
  EXPECT_GT(index.row_count(), kDocuments);
  EXPECT_FALSE(index.has_vector(5));
  EXPECT_TRUE(index.document_vector(5).empty());
  EXPECT_FALSE(index.has_vector(kDocuments));
  EXPECT_EQ(index.document_vector(0), naive_.document_vector(0));
}

TEST_F(ExactVectorIndexTest, RefusesAnotherModelsFile) {
  try {
    ExactVectorIndex::open(path_, {.model_fingerprint = "model-b"});
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("mixing two models is refused"), std::string::npos);
  }
}

TEST_F(ExactVectorIndexTest, RefusesQueriesThatCanNeverWork) {
  const auto index = ExactVectorIndex::open(path_);
  const std::vector<float> vector(kDimension, 0.1F);
  const std::vector<float> longer(kDimension + 1, 0.1F);
  std::vector<float> infinite = vector;
  infinite[3] = INFINITY;
  EXPECT_THROW(index.search({.vector = longer}), Error);
  EXPECT_THROW(index.search({.vector = infinite}), Error);
  EXPECT_THROW(index.search({.vector = vector, .limit = 0}), Error);
  EXPECT_THROW(index.search({.vector = vector, .window_weight = -1}), Error);
  EXPECT_THROW(index.search({.vector = vector, .window_weight = NAN}), Error);
}

TEST_F(ExactVectorIndexTest, AcceptsAQueryOfZeros) {
  const auto index = ExactVectorIndex::open(path_);
  const std::vector<float> zeros(kDimension, 0.0F);
  const auto hits = index.search({.vector = zeros, .limit = 3});
  ASSERT_EQ(hits.size(), 3U);
  EXPECT_EQ(hits[0].doc, 0U);
  EXPECT_EQ(hits[2].doc, 2U);
}

}  // namespace
}  // namespace anireco
