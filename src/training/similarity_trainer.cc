#include "training/similarity_trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "base/error.h"
#include "training/adam.h"

namespace anireco {
namespace {

using Weights = std::array<float, kSimilarFeatureCount>;

/// Partners of every title that has any, ascending.
std::map<DocId, std::vector<DocId>> partners_of(std::span<const TitlePair> pairs) {
  std::map<DocId, std::vector<DocId>> partners;
  for (const TitlePair& pair : pairs) {
    partners[pair.a].push_back(pair.b);
    partners[pair.b].push_back(pair.a);
  }
  return partners;
}

/// Mixes the bits of a franchise id, so that folds are even (the finaliser of SplitMix64).
std::size_t fold_of(std::uint64_t franchise, std::size_t folds) {
  franchise = (franchise + 0x9E3779B97F4A7C15U);
  franchise = (franchise ^ (franchise >> 30U)) * 0xBF58476D1CE4E5B9U;
  franchise = (franchise ^ (franchise >> 27U)) * 0x94D049BB133111EBU;
  return (franchise ^ (franchise >> 31U)) % folds;
}

struct Scale {
  Weights mean = {};
  Weights deviation = {};
};

Scale scale_of(std::span<const RankingExample> examples) {
  std::array<double, kSimilarFeatureCount> sum = {};
  std::array<double, kSimilarFeatureCount> squares = {};
  double n = 0;
  for (const RankingExample& example : examples) {
    for (const SimilarFeatures& f : example.features) {
      for (std::size_t i = 0; i < f.size(); ++i) {
        sum[i] += f[i];
        squares[i] += double{f[i]} * f[i];
      }
      n += 1;
    }
  }
  Scale scale;
  for (std::size_t i = 0; i < kSimilarFeatureCount; ++i) {
    const double mean = sum[i] / n;
    scale.mean[i] = static_cast<float>(mean);
    scale.deviation[i] = static_cast<float>(std::sqrt(std::max(squares[i] / n - mean * mean, 0.0)));
  }
  return scale;
}

}  // namespace

double RankingTrainer::loss(std::span<const RankingExample> examples, const Weights& weight,
                            std::span<double, kSimilarFeatureCount> gradient) {
  std::ranges::fill(gradient, 0.0);
  double total = 0;
  std::vector<double> scores;
  for (const RankingExample& example : examples) {
    scores.clear();
    for (const SimilarFeatures& f : example.features) {
      scores.push_back(std::inner_product(f.begin(), f.end(), weight.begin(), 0.0));
    }
    const double most = *std::ranges::max_element(scores);
    double sum = 0;
    for (double s : scores) sum += std::exp(s - most);
    const double log_sum = most + std::log(sum);
    const double share = 1 / static_cast<double>(example.partners);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double target = i < example.partners ? share : 0;
      total -= target * (scores[i] - log_sum);
      const double slope = std::exp(scores[i] - log_sum) - target;
      for (std::size_t f = 0; f < kSimilarFeatureCount; ++f) {
        gradient[f] += slope * double{example.features[i][f]};
      }
    }
  }
  const auto n = static_cast<double>(examples.size());
  for (double& g : gradient) g /= n;
  return total / n;
}

Weights RankingTrainer::train(std::span<const RankingExample> examples) const {
  const Scale scale = scale_of(examples);
  std::vector<RankingExample> scaled(examples.begin(), examples.end());
  for (RankingExample& example : scaled) {
    for (SimilarFeatures& f : example.features) {
      for (std::size_t i = 0; i < f.size(); ++i) {
        f[i] = scale.deviation[i] > 0 ? (f[i] - scale.mean[i]) / scale.deviation[i] : 0;
      }
    }
  }
  std::mt19937_64 random(options_.seed);
  const std::size_t batch = std::min(options_.batch, scaled.size());
  const std::size_t steps = options_.epochs * (scaled.size() / batch);
  Weights weight = {};
  Adam adam(weight.size(), {.learning_rate = options_.learning_rate, .steps = steps});
  std::array<double, kSimilarFeatureCount> gradient = {};
  for (std::size_t epoch = 0, step = 0; epoch < options_.epochs; ++epoch) {
    for (std::size_t i = scaled.size() - 1; i > 0; --i) {
      std::swap(scaled[i], scaled[random() % (i + 1)]);
    }
    for (std::size_t begin = 0; begin + batch <= scaled.size(); begin += batch, ++step) {
      loss(std::span(scaled).subspan(begin, batch), weight, gradient);
      Weights slope = {};
      for (std::size_t i = 0; i < slope.size(); ++i) {
        slope[i] = static_cast<float>(gradient[i]) + 2 * options_.penalty * weight[i];
      }
      adam.step(weight, slope);
      if (options_.progress) {
        options_.progress("weights", static_cast<double>(step) / static_cast<double>(steps));
      }
    }
  }
  for (std::size_t i = 0; i < weight.size(); ++i) {
    weight[i] = scale.deviation[i] > 0 ? weight[i] / scale.deviation[i] : 0;
  }
  return weight;
}

SimilarityTraining train_similarity(const Snapshot& snapshot, const TitlePairs& pairs,
                                    const SimilarityTrainerOptions& options) {
  if (options.folds < 2 || options.negatives == 0 || options.batch == 0 || options.epochs == 0) {
    throw Error(ErrorKind::invalid_argument, "similarity training: a setting is out of its range");
  }
  const Catalog& catalog = *snapshot.catalog;
  const VectorIndex* vectors = snapshot.vectors.get();
  const std::vector<std::uint32_t>& franchise = pairs.franchise;
  const auto train_affinity = [&](std::span<const TitlePair> part,
                                  std::span<const Triplet> triplets, const std::string& stage) {
    AffinityTrainerOptions affinity = options.affinity;
    affinity.progress = [&](std::size_t step, std::size_t steps, float) {
      if (options.progress) {
        options.progress(stage, static_cast<double>(step) / static_cast<double>(steps));
      }
    };
    return AffinityTrainer(catalog, vectors, affinity).train(part, franchise, triplets);
  };

  std::mt19937_64 random(options.seed);
  std::vector<DocId> visible;
  catalog.visible(Level::standard).for_each([&](DocId doc) { visible.push_back(doc); });
  const auto partners = partners_of(pairs.pairs);
  std::vector<RankingExample> examples;
  SimilarityTraining result{.pairs = pairs.pairs.size()};
  const SimilarityModel none;
  for (std::size_t fold = 0; fold < options.folds; ++fold) {
    const auto held_out = [&](DocId doc) { return fold_of(franchise[doc], options.folds) == fold; };
    std::vector<TitlePair> rest;
    for (const TitlePair& pair : pairs.pairs) {
      if (!held_out(pair.a) && !held_out(pair.b)) rest.push_back(pair);
    }
    if (rest.empty()) continue;
    std::vector<Triplet> triplets = options.triplets;
    std::erase_if(triplets, [&](const Triplet& t) {
      return held_out(t.anchor) || held_out(t.positive) || held_out(t.negative);
    });
    const AffinityRows rows = train_affinity(
        rest, triplets, fmt::format("affinity {} of {}", fold + 1, options.folds + 1));
    const AffinitySpace space(catalog, vectors, rows);
    const SimilarityScorer scorer(catalog, vectors, &space, none);
    for (const auto& [example, near] : partners) {
      if (!held_out(example)) continue;
      std::set<std::uint32_t> taken = {franchise[example]};
      for (DocId doc : near) taken.insert(franchise[doc]);
      if (std::ranges::all_of(visible, [&](DocId doc) { return taken.contains(franchise[doc]); })) {
        throw Error(ErrorKind::invalid_argument,
                    fmt::format("similarity training: the partners of {} are of every franchise "
                                "there is: nothing is left to tell them apart from",
                                catalog[example].id));
      }
      std::vector<DocId> docs = near;
      while (docs.size() < near.size() + options.negatives) {
        const DocId doc = visible[random() % visible.size()];
        if (!taken.contains(franchise[doc])) docs.push_back(doc);
      }
      examples.push_back({scorer.features(example, docs), near.size()});
    }
  }
  if (examples.empty()) {
    throw Error(ErrorKind::invalid_argument, "similarity training: too few franchises");
  }
  result.examples = examples.size();
  result.model.weight = RankingTrainer(options).train(examples);
  result.model.affinity =
      train_affinity(pairs.pairs, options.triplets,
                     fmt::format("affinity {} of {}", options.folds + 1, options.folds + 1));
  std::vector<Triplet> validation;
  std::ranges::copy_if(options.triplets, std::back_inserter(validation), &Triplet::validation);
  result.nearer =
      evaluate_triplets(AffinitySpace(catalog, vectors, result.model.affinity), validation);
  return result;
}

}  // namespace anireco
