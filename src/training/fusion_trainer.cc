#include "training/fusion_trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <unordered_set>

#include "base/error.h"
#include "search/retrieve.h"
#include "training/adam.h"
#include "training/franchise_parts.h"

namespace anireco {
namespace {

constexpr std::size_t kLeastExamples = 50;

float weighted(const FusionFeatures& features, const FusionFeatures& weight) {
  return std::inner_product(features.begin(), features.end(), weight.begin(), 0.0F);
}

/// A request that was planned and encoded, ready to be retrieved with any share of the window.
struct Prepared {
  SearchPlan plan = {};
  std::vector<float> vector = {};
  std::uint32_t right = 0;
  double weight = 1;
  bool learns = false;  ///< Of the half that is learnt from.
};

std::vector<Prepared> prepare(const Snapshot& snapshot, std::span<const TrainingRequest> requests,
                              const FranchiseTable& franchises,
                              const FusionTrainerOptions& options) {
  std::vector<Prepared> prepared;
  const DocSet& visible = snapshot.catalog->visible(Level::standard);
  const std::vector<FranchisePart> parts =
      franchise_parts(*snapshot.catalog, franchises, options.excluded);
  for (std::size_t n = 0; n < requests.size(); ++n) {
    if (options.progress) options.progress(n + 1, requests.size());
    const std::uint32_t right = franchises.of(requests[n].mal);
    if (options.excluded.contains(right)) {
      throw Error(
          ErrorKind::invalid_argument,
          fmt::format("a request for mal:{}, whose franchise is excluded", requests[n].mal));
    }
    if (!is_validation_franchise(right)) continue;
    const auto doc = snapshot.catalog->find("mal:" + std::to_string(requests[n].mal));
    if (!doc || !visible.contains(*doc)) continue;
    if (parts[snapshot.catalog->franchise(*doc)] == FranchisePart::excluded) continue;
    SearchRequest request;
    request.text = requests[n].query;
    Prepared one{.plan = plan_search(snapshot, std::move(request)), .right = right};
    if (one.plan.text_to_encode.empty() || one.plan.lexical_text.empty()) continue;
    if (!one.plan.liked.empty() || !one.plan.disliked.empty()) continue;
    if (!snapshot.titles->resolve(one.plan.title_text, &visible, 1).empty()) continue;
    one.vector = options.encode(one.plan.text_to_encode);
    if (one.vector.empty()) continue;
    one.weight = std::pow(10.0, popularity_order(snapshot.catalog->popularity(*doc)) / 2);
    one.learns = right % 2 == 0;
    prepared.push_back(std::move(one));
  }
  return prepared;
}

FusionExample example_of(const Snapshot& snapshot, Prepared& prepared,
                         std::span<const std::uint32_t> numbers, float window) {
  const Catalog& catalog = *snapshot.catalog;
  // What a request says multiplies the shipped model.
  prepared.plan.request.fusion.window_weight = window / default_fusion_model().window;
  const DocSet allowed = catalog.matching(prepared.plan.filter);
  StageTimes times;
  Retrieval r = retrieve(snapshot, prepared.plan,
                         {.query_vector = std::span<const float>(prepared.vector),
                          .filter = prepared.plan.filter,
                          .matching = allowed,
                          .allowed = allowed,
                          .named_titles = {}},
                         times);
  fuse(r.candidates, {{1, 1, 0}}, FusionMethod::dbsf, prepared.plan.request.fusion.rrf_k);
  FusionExample example{.right = prepared.right, .weight = prepared.weight};
  for (const Candidate& c : r.candidates) {
    example.features.push_back({c.legs[static_cast<std::size_t>(Leg::dense)].normalised,
                                c.legs[static_cast<std::size_t>(Leg::lexical)].normalised,
                                popularity_order(catalog.popularity(c.doc))});
    example.franchise.push_back(numbers[c.doc]);
  }
  return example;
}

bool has_right(const FusionExample& example) {
  return std::ranges::find(example.franchise, example.right) != example.franchise.end();
}

std::vector<FusionExample> found_of(std::span<const FusionExample> examples) {
  std::vector<FusionExample> found;
  std::ranges::copy_if(examples, std::back_inserter(found), has_right);
  return found;
}

FusionFeatures learn(std::span<const FusionExample> examples, const FusionTrainerOptions& options) {
  FusionFeatures weight = {5, 5, 1};
  Adam adam(weight.size(), {.learning_rate = options.learning_rate, .steps = options.steps});
  std::array<double, kFusionFeatureCount> gradient = {};
  for (std::size_t step = 0; step < options.steps; ++step) {
    fusion_loss(examples, weight, gradient);
    FusionFeatures slope = {};
    std::ranges::transform(gradient, slope.begin(), [](double g) { return static_cast<float>(g); });
    adam.step(weight, slope);
    for (float& w : weight) w = std::max(w, 0.0F);
  }
  return weight;
}

/// As a model: the two legs weigh 2 together, popularity as at the dial's default.
FusionModel to_model(const FusionFeatures& weight, float window) {
  if (weight[0] + weight[1] <= 0) {
    throw Error(ErrorKind::invalid_argument,
                "neither leg ranks what these requests mean: there is nothing to weigh; check that "
                "requests, franchises and vectors belong to this catalogue");
  }
  const float scale = 2 / (weight[0] + weight[1]);
  return {.dense = weight[0] * scale,
          .lexical = weight[1] * scale,
          .window = window,
          .popularity = weight[2] * scale / FusionOptions::kDefaultPopularity};
}

FusionCheck check(std::span<const FusionExample> examples, const FusionModel& model) {
  const FusionFeatures weight = {model.dense, model.lexical,
                                 model.popularity * FusionOptions::kDefaultPopularity};
  FusionCheck figures{.requests = examples.size()};
  double weights = 0;
  for (const FusionExample& example : examples) {
    weights += example.weight;
    float best = -std::numeric_limits<float>::infinity();
    for (std::size_t i = 0; i < example.features.size(); ++i) {
      if (example.franchise[i] == example.right) {
        best = std::max(best, weighted(example.features[i], weight));
      }
    }
    std::unordered_set<std::uint32_t> before;
    for (std::size_t i = 0; i < example.features.size(); ++i) {
      if (example.franchise[i] != example.right && weighted(example.features[i], weight) >= best) {
        before.insert(example.franchise[i]);
      }
    }
    const double rank = has_right(example) ? static_cast<double>(before.size()) + 1
                                           : std::numeric_limits<double>::infinity();
    figures.mrr += example.weight / rank;
    figures.hit10 += rank <= 10 ? example.weight : 0;
  }
  figures.mrr /= weights;
  figures.hit10 /= weights;
  return figures;
}

}  // namespace

double fusion_loss(std::span<const FusionExample> examples, const FusionFeatures& weight,
                   std::span<double, kFusionFeatureCount> gradient) {
  std::ranges::fill(gradient, 0.0);
  double total = 0;
  double weights = 0;
  std::vector<double> exponentials;
  for (const FusionExample& example : examples) {
    exponentials.clear();
    for (const FusionFeatures& f : example.features) exponentials.push_back(weighted(f, weight));
    const double most = *std::ranges::max_element(exponentials);
    double all = 0;
    double right = 0;
    for (std::size_t i = 0; i < exponentials.size(); ++i) {
      exponentials[i] = std::exp(exponentials[i] - most);
      all += exponentials[i];
      if (example.franchise[i] == example.right) right += exponentials[i];
    }
    total -= example.weight * std::log(right / all);
    weights += example.weight;
    for (std::size_t i = 0; i < exponentials.size(); ++i) {
      const double is_right = example.franchise[i] == example.right ? 1 : 0;
      const double slope = example.weight * exponentials[i] * (1 / all - is_right / right);
      for (std::size_t f = 0; f < kFusionFeatureCount; ++f) {
        gradient[f] += slope * double{example.features[i][f]};
      }
    }
  }
  for (double& g : gradient) g /= weights;
  return total / weights;
}

std::optional<std::size_t> best_fusion_window(std::span<const std::vector<FusionExample>> tried,
                                              const FusionTrainerOptions& options) {
  std::vector<std::size_t> usable;
  for (std::size_t n = 0; n < tried.size(); ++n) {
    if (found_of(tried[n]).size() >= kLeastExamples) usable.push_back(n);
  }
  std::optional<std::size_t> best;
  double least = std::numeric_limits<double>::infinity();
  for (const std::size_t n : usable) {
    std::vector<FusionExample> common;
    for (std::size_t i = 0; i < tried[n].size(); ++i) {
      const bool everywhere =
          std::ranges::all_of(usable, [&](std::size_t m) { return has_right(tried[m][i]); });
      if (everywhere) common.push_back(tried[n][i]);
    }
    if (common.size() < kLeastExamples) return std::nullopt;
    std::array<double, kFusionFeatureCount> gradient = {};
    const double loss = fusion_loss(common, learn(common, options), gradient);
    if (loss >= least) continue;
    least = loss;
    best = n;
  }
  return best;
}

FusionTraining train_fusion(const Snapshot& snapshot, std::span<const TrainingRequest> requests,
                            const FranchiseTable& franchises, const FusionTrainerOptions& options) {
  std::vector<Prepared> prepared = prepare(snapshot, requests, franchises, options);
  const std::vector<std::uint32_t> numbers = franchise_numbers(*snapshot.catalog, franchises);
  FusionTraining result;
  const auto examples_at = [&](float window, bool learns) {
    std::vector<FusionExample> examples;
    for (Prepared& one : prepared) {
      if (one.learns == learns) examples.push_back(example_of(snapshot, one, numbers, window));
    }
    return examples;
  };
  std::vector<std::vector<FusionExample>> tried;
  for (const float window : options.windows) tried.push_back(examples_at(window, true));
  if (const std::optional<std::size_t> best = best_fusion_window(tried, options)) {
    const std::vector<FusionExample> found = found_of(tried[*best]);
    result.model = to_model(learn(found, options), options.windows[*best]);
    result.requests = found.size();
    result.not_found = tried[*best].size() - found.size();
  }
  const std::vector<FusionExample> held_out = examples_at(result.model.window, false);
  if (result.requests < kLeastExamples || held_out.size() < kLeastExamples) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{} requests of validation franchises can teach and {} can check the "
                            "weights of fusion: at least {} of each are needed",
                            result.requests, held_out.size(), kLeastExamples));
  }
  const FusionModel& shipped = default_fusion_model();
  result.before = check(examples_at(shipped.window, false), shipped);
  result.after = check(held_out, result.model);
  return result;
}

}  // namespace anireco
