#include "training/fusion_trainer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "base/error.h"
#include "fulltext/bm25f_index.h"
#include "fulltext/title_index.h"
#include "index/memory_vector_index.h"

namespace anireco {
namespace {

constexpr std::size_t kDimension = 16;

std::vector<float> direction(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<float> v(kDimension);
  double squares = 0;
  for (float& x : v) {
    x = static_cast<float>(random() % 2001) / 1000 - 1;
    squares += double{x} * x;
  }
  for (float& x : v) x /= static_cast<float>(std::sqrt(squares));
  return v;
}

std::string word(std::uint32_t mal) { return fmt::format("thing{}", mal); }

FranchiseTable empty_table() {
  const auto path = std::filesystem::path(testing::TempDir()) / "franchises.tsv";
  std::ofstream(path) << "mal_id\tfranchise_id\n";
  return FranchiseTable::read(path);
}

/// Titles of validation franchises, each with a word and a direction of its own.
struct World {
  /// second: a title that the catalogue counts to the first one's franchise.
  /// twins: titles without a MyAnimeList id beside each, the same in all else.
  explicit World(std::uint32_t second = 0, std::size_t twins = 0) {
    std::map<std::string, std::uint32_t> directions;
    std::vector<Anime> records;
    for (std::uint32_t mal = 1; requests.size() < 400; ++mal) {
      if (!is_validation_franchise(mal)) continue;
      Anime a;
      a.id = fmt::format("aaaa{:06}", mal);
      a.ids.mal = mal;
      a.titles.romaji = fmt::format("Name {}", mal);
      a.synopses = {{"en", "A quiet story about a " + word(mal) + " and other people.", "mal"}};
      if (records.empty() && second != 0) {
        a.relations = {{.target = {.mal = second}, .kind = RelationKind::sequel}};
      }
      records.push_back(a);
      directions[a.id] = mal;
      a.ids.mal = 0;
      for (std::size_t twin = 0; twin < twins; ++twin) {
        a.id = fmt::format("bbb{}{:06}", twin, mal);
        records.push_back(a);
        directions[a.id] = mal;
      }
      requests.push_back({mal, "plot", "a quiet story with a " + word(mal)});
      requests.push_back({mal, "plot", "people and " + word(mal)});
    }
    snapshot.catalog = std::make_unique<const Catalog>(std::move(records));
    const Catalog& catalog = *snapshot.catalog;
    auto vectors = std::make_unique<MemoryVectorIndex>(kDimension, "m");
    for (DocId doc = 0; doc < catalog.size(); ++doc) {
      vectors->add(direction(directions.at(catalog[doc].id)), {});
    }
    snapshot.vectors = std::move(vectors);
    snapshot.full_text = std::make_unique<const Bm25fIndex>(Bm25fIndex::build_in_memory(catalog));
    snapshot.titles = std::make_unique<const TitleIndex>(catalog);
  }

  /// Encodes a request as the direction of the title it means, or of another one.
  FusionTrainerOptions options(bool knows) const {
    FusionTrainerOptions o;
    o.windows = {1.0F};
    o.encode = [knows](const std::string& text) {
      const auto mal = std::stoul(text.substr(text.find("thing") + 5));
      return direction(knows ? mal : mal + 1'000'000);
    };
    return o;
  }

  Snapshot snapshot;
  std::vector<TrainingRequest> requests;
  FranchiseTable table = empty_table();
};

TEST(FusionTrainer, ItsGradientIsThatOfFiniteDifferences) {
  std::mt19937_64 random(5);
  std::vector<FusionExample> examples(4);
  for (FusionExample& example : examples) {
    for (std::uint32_t i = 0; i < 9; ++i) {
      FusionFeatures f;
      for (float& x : f) x = static_cast<float>(random() % 1000) / 500;
      example.features.push_back(f);
      example.franchise.push_back(i / 2);
    }
    example.right = 2;
    example.weight = 1 + static_cast<double>(random() % 3);
  }
  const FusionFeatures at = {0.7F, 1.3F, 0.2F};
  std::array<double, kFusionFeatureCount> gradient = {};
  fusion_loss(examples, at, gradient);
  for (std::size_t f = 0; f < kFusionFeatureCount; ++f) {
    constexpr float kStep = 1e-2F;
    std::array<double, kFusionFeatureCount> unused = {};
    FusionFeatures up = at;
    FusionFeatures down = at;
    up[f] += kStep;
    down[f] -= kStep;
    const double slope = (fusion_loss(examples, up, unused) - fusion_loss(examples, down, unused)) /
                         (double{up[f]} - down[f]);
    EXPECT_NEAR(gradient[f], slope, 1e-3);
  }
}

/// A request for franchise 1 whose answer the dense leg puts `ahead` of the other candidate.
FusionExample example_with(float ahead, bool found = true) {
  return {.features = {{0.5F + ahead, 0.5F, 0}, {0.5F, 0.5F, 0}},
          .franchise = {found ? 1U : 3U, 2U},
          .right = 1};
}

TEST(FusionTrainer, ComparesWindowsByTheSameRequests) {
  std::vector<std::vector<FusionExample>> tried(3);
  for (std::size_t i = 0; i < 60; ++i) {
    const bool hard = i >= 50;
    // At the first share no hard request is found, at the second all are, badly; what both find,
    // the second tells better. The third finds next to nothing.
    tried[0].push_back(example_with(0.1F, !hard));
    tried[1].push_back(example_with(hard ? -0.2F : 0.2F));
    tried[2].push_back(example_with(1, i < 10));
  }
  const FusionTrainerOptions options;
  EXPECT_EQ(best_fusion_window(tried, options), 1U);
  std::swap(tried[0], tried[2]);
  EXPECT_EQ(best_fusion_window(tried, options), 1U) << "a share that finds little comes first";
  tried.pop_back();
  tried[1].resize(40);
  EXPECT_EQ(best_fusion_window(tried, options), std::nullopt);
}

TEST(FusionTrainer, CountsTitlesWithoutAMalIdAsFranchisesOfTheirOwn) {
  const World world(0, 2);
  const FusionTraining training =
      train_fusion(world.snapshot, world.requests, world.table, world.options(true));
  // Two that are like the right one in all stand before it.
  EXPECT_NEAR(training.after.mrr, 1.0 / 3, 0.01);
}

TEST(FusionTrainer, TrustsTheLegThatKnows) {
  const World world;
  const FusionTraining blind =
      train_fusion(world.snapshot, world.requests, world.table, world.options(false));
  const FusionTraining knowing =
      train_fusion(world.snapshot, world.requests, world.table, world.options(true));
  EXPECT_GT(blind.model.lexical, 1.2F);
  EXPECT_GT(knowing.model.dense, blind.model.dense + 0.2F);
  EXPECT_NEAR(blind.model.dense + blind.model.lexical, 2, 1e-4);
  EXPECT_GE(blind.after.mrr, blind.before.mrr);
  EXPECT_EQ(blind.requests + blind.not_found + blind.after.requests, world.requests.size());
}

TEST(FusionTrainer, GivesTheSameWeightsTwice) {
  const World world;
  const auto learn = [&] {
    return format_fusion_model(
        train_fusion(world.snapshot, world.requests, world.table, world.options(true)).model);
  };
  EXPECT_EQ(learn(), learn());
}

std::string refusal(const World& world, std::span<const TrainingRequest> requests,
                    const FusionTrainerOptions& options) {
  try {
    train_fusion(world.snapshot, requests, world.table, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    return error.what();
  }
  return "nothing was refused";
}

TEST(FusionTrainer, RefusesARequestOfAnExcludedFranchise) {
  const World world;
  FusionTrainerOptions options = world.options(true);
  const std::uint32_t mal = world.requests[7].mal;
  options.excluded = {mal};
  EXPECT_EQ(refusal(world, world.requests, options),
            fmt::format("a request for mal:{}, whose franchise is excluded", mal));
}

TEST(FusionTrainer, PassesOverWhatTheCatalogueCountsToAnExcludedFranchise) {
  std::vector<TrainingRequest> requests;
  const World plain;
  // No request is for the second title, which the catalogue counts as one with the first.
  const std::uint32_t excluded = plain.requests[2].mal;
  for (const TrainingRequest& r : plain.requests) {
    if (r.mal != excluded) requests.push_back(r);
  }
  const World joined(excluded);
  const auto used = [&](const World& world) {
    FusionTrainerOptions options = world.options(true);
    options.excluded = {excluded};
    const FusionTraining t = train_fusion(world.snapshot, requests, world.table, options);
    return t.requests + t.not_found + t.after.requests;
  };
  EXPECT_EQ(used(plain), requests.size());
  EXPECT_EQ(used(joined), requests.size() - 2);
}

TEST(FusionTrainer, RefusesWhenNeitherLegHelps) {
  const World world;
  // The words are another title's and the vector points away from the right one.
  std::vector<TrainingRequest> requests;
  std::map<std::uint64_t, std::uint32_t> meant;
  for (std::size_t n = 0; n < world.requests.size(); n += 2) {
    const std::uint32_t other = world.requests[(n + 2) % world.requests.size()].mal;
    requests.push_back({world.requests[n].mal, "plot", word(other)});
    meant[other] = world.requests[n].mal;
  }
  FusionTrainerOptions options = world.options(true);
  options.learning_rate = 1;
  options.encode = [&](const std::string& text) {
    std::vector<float> v = direction(meant.at(std::stoul(text.substr(text.find("thing") + 5))));
    for (float& x : v) x = -x;
    return v;
  };
  EXPECT_THAT(refusal(world, requests, options), testing::StartsWith("neither leg ranks"));
}

TEST(FusionTrainer, RefusesTooFewRequests) {
  const World world;
  try {
    train_fusion(world.snapshot, std::span(world.requests).first(40), world.table,
                 world.options(true));
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
  }
}

}  // namespace
}  // namespace anireco
