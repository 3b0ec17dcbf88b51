#include "training/affinity_trainer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/error.h"
#include "index/memory_vector_index.h"
#include "training/evaluate_triplets.h"
#include "training/similarity_trainer.h"

namespace anireco {
namespace {

constexpr std::size_t kTitles = 60;
constexpr std::size_t kDimension = 6;

/// Titles of six kinds in turn; those of one kind share a tag and, roughly, a direction.
Catalog titles_of_six_kinds() {
  std::vector<Anime> all;
  for (std::size_t n = 0; n < kTitles; ++n) {
    Anime a;
    a.id = fmt::format("aaaaaaa{:03}", n);
    a.ids.mal = static_cast<std::uint32_t>(n + 1);
    a.titles.romaji = fmt::format("Title {}", n);
    a.type = AnimeType::tv;
    a.year = static_cast<std::uint16_t>(1990 + n % 7);
    a.episodes = static_cast<std::uint16_t>(1 + n % 5);
    a.tags = {{fmt::format("kind {}", n % 6), false}};
    a.genres = {n % 2 == 0 ? "Drama" : "Comedy"};
    all.push_back(a);
  }
  return Catalog(std::move(all));
}

MemoryVectorIndex vectors_of_six_kinds() {
  MemoryVectorIndex vectors(kDimension, "m");
  for (std::size_t n = 0; n < kTitles; ++n) {
    std::vector<float> v(kDimension, 0.1F);
    v[n % 6] = 0.8F;
    v[(n / 6) % 6] += 0.4F;
    const float norm = std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0F));
    for (float& x : v) x /= norm;
    vectors.add(v, {});
  }
  return vectors;
}

std::vector<TitlePair> pairs_within_kinds() {
  std::vector<TitlePair> pairs;
  for (DocId a = 0; a < kTitles; ++a) {
    for (DocId b = a + 6; b < kTitles; b += 6) pairs.push_back({a, b});
  }
  return pairs;
}

std::vector<std::uint32_t> own_franchises() {
  std::vector<std::uint32_t> franchise(kTitles);
  std::iota(franchise.begin(), franchise.end(), 1U);
  return franchise;
}

AffinityTrainerOptions small_options() {
  return {.dimension = 4, .epochs = 4, .batch = 16, .negatives = 16, .least_frequency = 2};
}

/// loss(weights, gradient) fills the gradient that finite differences of it have.
template <typename Loss>
void expect_slopes(const AffinityTrainer& trainer, std::size_t dimension, const Loss& loss) {
  std::vector<float> weights(trainer.inputs() * dimension);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 0.3F * std::sin(float(i) * 1.7F);
  std::vector<float> gradient(weights.size());
  std::vector<float> unused(weights.size());
  loss(weights, gradient);
  constexpr float kStep = 2e-3F;
  std::size_t moved = 0;
  for (std::size_t i = 0; i < weights.size(); i += 3) {
    const float at = weights[i];
    weights[i] = at + kStep;
    const float above = loss(weights, unused);
    weights[i] = at - kStep;
    const float below = loss(weights, unused);
    weights[i] = at;
    EXPECT_NEAR(gradient[i], (above - below) / (2 * kStep), 2e-3) << "weight " << i;
    if (std::abs(gradient[i]) > 1e-3F) ++moved;
  }
  EXPECT_GT(moved, 5U);
}

TEST(AffinityTrainer, its_gradient_is_that_of_finite_differences) {
  const Catalog catalog = titles_of_six_kinds();
  const MemoryVectorIndex vectors = vectors_of_six_kinds();
  AffinityTrainerOptions options = small_options();
  options.temperature = 0.5F;
  const AffinityTrainer trainer(catalog, &vectors, options);
  const std::vector<DocId> anchors = {0, 1, 2};
  const std::vector<DocId> partners = {6, 7, 14};
  const std::vector<DocId> negatives = {3, 4, 12, 21};
  std::vector<std::uint32_t> franchise = own_franchises();
  franchise[12] = franchise[0];  // No negative of the first anchor.
  expect_slopes(trainer, options.dimension,
                [&](std::span<const float> weights, std::span<float> gradient) {
                  return trainer.loss(weights, anchors, partners, negatives, franchise, gradient);
                });
}

/// The kind opposite against the next one: nothing that the titles share tells them apart.
std::vector<Triplet> triplets_of_kinds() {
  std::vector<Triplet> triplets;
  for (DocId a = 0; a + 7 < kTitles; ++a) triplets.push_back({a, a + 3, a + 7, a >= 48});
  return triplets;
}

TEST(AffinityTrainer, the_gradient_of_triplets_is_that_of_finite_differences) {
  const Catalog catalog = titles_of_six_kinds();
  const MemoryVectorIndex vectors = vectors_of_six_kinds();
  AffinityTrainerOptions options = small_options();
  options.temperature = 0.5F;
  const AffinityTrainer trainer(catalog, &vectors, options);
  const std::vector<Triplet> triplets = {{0, 6, 1}, {3, 9, 10}, {0, 12, 14}};
  expect_slopes(trainer, options.dimension,
                [&](std::span<const float> weights, std::span<float> gradient) {
                  return trainer.triplet_loss(weights, triplets, gradient);
                });
}

TEST(AffinityTrainer, learns_triplets_beside_pairs_but_none_of_validation) {
  const Catalog catalog = titles_of_six_kinds();
  AffinityTrainerOptions options = small_options();
  options.epochs = 30;
  options.triplet_batch = 32;
  const AffinityTrainer trainer(catalog, nullptr, options);
  const std::vector<TitlePair> pairs = pairs_within_kinds();
  std::vector<Triplet> triplets = triplets_of_kinds();
  const AffinityRows alone = trainer.train(pairs, own_franchises());
  const AffinityRows beside = trainer.train(pairs, own_franchises(), triplets);
  const auto nearer = [&](const AffinityRows& rows) {
    return evaluate_triplets(AffinitySpace(catalog, nullptr, rows), triplets)->nearer.value;
  };
  EXPECT_LT(nearer(alone), 0.7);
  EXPECT_GT(nearer(beside), 0.95);
  std::erase_if(triplets, [](const Triplet& t) { return t.validation; });
  EXPECT_EQ(trainer.train(pairs, own_franchises(), triplets).terms, beside.terms);
  for (Triplet& t : triplets) t.validation = true;
  EXPECT_EQ(trainer.train(pairs, own_franchises(), triplets).terms, alone.terms);
}

TEST(AffinityTrainer, brings_partners_together) {
  const Catalog catalog = titles_of_six_kinds();
  const MemoryVectorIndex vectors = vectors_of_six_kinds();
  AffinityTrainerOptions options = small_options();
  options.epochs = 30;
  float first = 0;
  float last = 0;
  options.progress = [&](std::size_t step, std::size_t, float loss) {
    if (step == 1) first = loss;
    last = loss;
  };
  const AffinityRows rows =
      AffinityTrainer(catalog, &vectors, options).train(pairs_within_kinds(), own_franchises());
  EXPECT_LT(last, first / 2);
  const AffinitySpace space(catalog, &vectors, rows);
  const auto cosine = [&](DocId a, DocId b) {
    const auto x = space.place(a);
    const auto y = space.place(b);
    return std::inner_product(x.begin(), x.end(), y.begin(), 0.0F);
  };
  EXPECT_GT(cosine(0, 30), 0.8F);
  EXPECT_LT(cosine(0, 31), 0.5F);
}

TEST(AffinityTrainer, the_same_seed_gives_the_same_bytes) {
  const Catalog catalog = titles_of_six_kinds();
  const auto train = [&](std::uint64_t seed) {
    AffinityTrainerOptions options = small_options();
    options.seed = seed;
    return AffinityTrainer(catalog, nullptr, options).train(pairs_within_kinds(), own_franchises());
  };
  const AffinityRows once = train(1);
  const AffinityRows again = train(1);
  const AffinityRows other = train(2);
  EXPECT_EQ(once.facts, again.facts);
  EXPECT_EQ(once.terms, again.terms);
  EXPECT_NE(once.facts, other.facts);
}

TEST(RankingTrainer, its_gradient_is_that_of_finite_differences) {
  std::vector<RankingExample> examples(2);
  for (std::size_t e = 0; e < examples.size(); ++e) {
    examples[e].partners = e + 1;
    examples[e].features.resize(5);
    for (std::size_t i = 0; i < 5; ++i) {
      for (std::size_t f = 0; f < kSimilarFeatureCount; ++f) {
        examples[e].features[i][f] = std::sin(static_cast<float>(e * 131 + i * 17 + f));
      }
    }
  }
  std::array<float, kSimilarFeatureCount> weight = {};
  for (std::size_t f = 0; f < weight.size(); ++f) weight[f] = 0.2F * std::cos(float(f));
  std::array<double, kSimilarFeatureCount> gradient = {};
  std::array<double, kSimilarFeatureCount> unused = {};
  RankingTrainer::loss(examples, weight, gradient);
  for (std::size_t f = 0; f < weight.size(); ++f) {
    auto above = weight;
    auto below = weight;
    above[f] += 1e-2F;
    below[f] -= 1e-2F;
    const double slope = (RankingTrainer::loss(examples, above, unused) -
                          RankingTrainer::loss(examples, below, unused)) /
                         (double{above[f]} - double{below[f]});
    EXPECT_NEAR(gradient[f], slope, 1e-4) << f;
  }
}

TEST(TrainSimilarity, ranks_partners_before_the_rest) {
  Snapshot snapshot;
  snapshot.catalog = std::make_unique<const Catalog>(titles_of_six_kinds());
  snapshot.vectors = std::make_unique<const MemoryVectorIndex>(vectors_of_six_kinds());
  TitlePairs pairs{.pairs = pairs_within_kinds(), .franchise = own_franchises()};
  SimilarityTrainerOptions options;
  options.affinity = small_options();
  options.negatives = 20;
  options.epochs = 40;
  options.batch = 8;
  options.learning_rate = 0.05F;
  options.triplets = triplets_of_kinds();
  const SimilarityTraining training = train_similarity(snapshot, pairs, options);
  EXPECT_EQ(training.examples, kTitles);
  ASSERT_TRUE(training.nearer.has_value());
  EXPECT_EQ(training.nearer->triplets, 5U);
  EXPECT_EQ(training.nearer->nearer.value, 1.0);
  const AffinitySpace space(*snapshot.catalog, snapshot.vectors.get(), training.model.affinity);
  const SimilarityScorer scorer(*snapshot.catalog, snapshot.vectors.get(), &space, training.model);
  const std::vector<float> scores = scorer.score(0, std::vector<DocId>{12, 13, 14, 15, 16, 17});
  for (std::size_t i = 1; i < scores.size(); ++i) EXPECT_GT(scores[0], scores[i]);
}

TEST(TrainSimilarity, refuses_a_title_whose_partners_are_of_every_franchise) {
  Snapshot snapshot;
  snapshot.catalog = std::make_unique<const Catalog>(titles_of_six_kinds());
  snapshot.vectors = std::make_unique<const MemoryVectorIndex>(vectors_of_six_kinds());
  TitlePairs pairs;
  for (DocId doc = 0; doc < kTitles; ++doc) pairs.franchise.push_back(doc % 12);
  for (DocId doc = 1; doc < 12; ++doc) pairs.pairs.push_back({0, doc});
  for (DocId doc = 1; doc < 11; ++doc) pairs.pairs.push_back({doc, doc + 1});
  SimilarityTrainerOptions options;
  options.affinity = small_options();
  try {
    train_similarity(snapshot, pairs, options);
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_NE(std::string(error.what()).find("aaaaaaa000"), std::string::npos) << error.what();
  }
}

TEST(TitlePairs, leave_out_what_is_excluded_and_refuse_what_is_too_little) {
  const Catalog catalog = titles_of_six_kinds();
  std::vector<JudgedPair> judged = {
      {1, 7, "train"}, {2, 8, "train"}, {3, 9, "dev"}, {1, 999, "train"}};
  const FranchiseTable none;
  const TitlePairs pairs = resolve_pairs(
      catalog, judged, none, {.split = "train", .excluded_franchises = {8}, .least = 1});
  ASSERT_EQ(pairs.pairs.size(), 1U);
  EXPECT_EQ(catalog[pairs.pairs[0].a].ids.mal, 1U);
  EXPECT_EQ(pairs.excluded, 1U);
  EXPECT_EQ(pairs.unknown, 1U);
  EXPECT_THROW(resolve_pairs(catalog, judged, none,
                             {.split = "train", .excluded_franchises = {}, .least = 3}),
               Error);
  EXPECT_THROW(resolve_pairs(catalog, judged, none,
                             {.split = "other", .excluded_franchises = {}, .least = 1}),
               Error);
}

}  // namespace
}  // namespace anireco
