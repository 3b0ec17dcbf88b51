#include "training/evaluate_triplets.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "base/error.h"
#include "index/memory_vector_index.h"

namespace anireco {
namespace {

/// Titles 0 to 3 that vectors, affinity and whole likeness judge differently. By vectors, 1 is
/// nearer to 0 than 2; by the affinity space, which looks at tags alone, 2 is; likeness weighs the
/// score of the candidate alone, where 3 is before all. 4 has no vector.
struct World {
  explicit World(bool with_affinity = true) {
    const std::array<std::vector<float>, 5> directions = {
        {{1, 0}, {0.8F, 0.6F}, {0.6F, 0.8F}, {0, 1}, {}}};
    std::vector<Anime> all;
    auto vectors = std::make_unique<MemoryVectorIndex>(2, "m");
    for (std::size_t n = 0; n < directions.size(); ++n) {
      Anime a;
      a.id = fmt::format("aaaaaaa{:03}", n);
      a.ids.mal = static_cast<std::uint32_t>(n + 1);
      a.titles.romaji = fmt::format("Title {}", n);
      a.score = static_cast<float>(5 + n);
      a.tags = {{n == 0 || n == 2 ? "sea" : "sky", false}};
      all.push_back(a);
      vectors->add(directions[n], {});
    }
    snapshot.catalog = std::make_unique<const Catalog>(std::move(all));
    snapshot.vectors = std::move(vectors);
    auto model = std::make_shared<SimilarityModel>();
    model->weight[static_cast<std::size_t>(SimilarFeature::score)] = 1;
    model->affinity.dimension = 2;
    model->affinity.facts.assign(2 * kAffinityFactCount, 0.0F);
    model->affinity.terms.back() = {{"sea", {1, 0}}, {"sky", {0, 1}}};
    if (with_affinity) {
      snapshot.affinity = std::make_unique<const AffinitySpace>(
          *snapshot.catalog, snapshot.vectors.get(), model->affinity);
    }
    snapshot.similarity = std::move(model);
  }

  Snapshot snapshot;
};

TEST(EvaluateTriplets, CountsHowOftenThePositiveIsNearer) {
  const World world;
  const std::vector<Triplet> triplets = {{0, 1, 2}, {0, 1, 3}, {0, 2, 1}, {0, 2, 3}};
  const auto figures = evaluate_triplets(world.snapshot, triplets);
  ASSERT_EQ(figures.size(), 3U);
  EXPECT_EQ(figures[0].method, "vectors");
  EXPECT_EQ(figures[0].nearer.value, 0.75);
  EXPECT_EQ(figures[1].method, "affinity");
  EXPECT_EQ(figures[1].nearer.value, 0.5);  // {0, 1, 3} is a tie.
  EXPECT_EQ(figures[2].method, "likeness");
  EXPECT_EQ(figures[2].nearer.value, 0.25);
  for (const TripletFigure& figure : figures) {
    EXPECT_EQ(figure.triplets, 4U);
    EXPECT_LE(figure.nearer.low, figure.nearer.value);
    EXPECT_GE(figure.nearer.high, figure.nearer.value);
    EXPECT_LT(figure.nearer.low, figure.nearer.high);
  }
}

TEST(EvaluateTriplets, LeaveOutWhatAMethodCannotJudge) {
  const World world(false);
  const auto figures =
      evaluate_triplets(world.snapshot, std::vector<Triplet>{{0, 1, 2}, {0, 1, 4}, {4, 1, 2}});
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[0].method, "vectors");
  EXPECT_EQ(figures[0].triplets, 1U);
  EXPECT_EQ(figures[0].nearer.value, 1);
  EXPECT_EQ(figures[1].method, "likeness");
  EXPECT_EQ(figures[1].triplets, 3U);
  EXPECT_THROW(evaluate_triplets(world.snapshot, {}), Error);
}

}  // namespace
}  // namespace anireco
