#include "search/tiers.h"

#include <algorithm>
#include <cmath>

namespace anireco {
namespace {

constexpr float kStrong = 0.7F;
constexpr float kPossible = 0.18F;
/// Log-odds below the query's own best, this being cut at kSure.
constexpr float kStrongGap = 2.0F;
constexpr float kPossibleGap = 4.0F;
constexpr float kSure = 6.0F;
constexpr float kBias = -12.2F;
constexpr float kCosine = 28.8F;
constexpr float kCoverage = 11.3F;
/// A rendering says less than a request in English: other topics come near some title by chance.
constexpr float kGlossed = -1.4F;
/// Stands for the cosine where only the words were asked: one by which a request is strong from
/// nearly the same coverage on as before the cosine weighed more.
constexpr float kCosineUnknown = 0.33F;

float log_odds(float probability) {
  const float p = std::clamp(probability, 1e-6F, 1 - 1e-6F);
  return std::log(p / (1 - p));
}

}  // namespace

float relevance_probability(const Evidence& e) {
  if (e.title_named) return 1;
  const float logit = kBias + kCosine * e.cosine.value_or(kCosineUnknown) + kCoverage * e.coverage +
                      (e.glossed ? kGlossed : 0);
  return 1 / (1 + std::exp(-logit));
}

Tier tier_of(float probability, float best_probability) {
  const float best = std::min(kSure, log_odds(best_probability));
  const float odds = std::min(kSure, log_odds(probability));
  if (probability >= kStrong && odds >= best - kStrongGap) return Tier::strong;
  if (probability >= kPossible && odds >= best - kPossibleGap) return Tier::possible;
  return Tier::weak;
}

std::string_view to_string(Tier tier) {
  switch (tier) {
    case Tier::strong:
      return "strong";
    case Tier::possible:
      return "possible";
    case Tier::weak:
      return "weak";
  }
  return "weak";
}

std::string_view to_string(Degraded degraded) {
  switch (degraded) {
    case Degraded::no:
      return "no";
    case Degraded::no_vectors:
      return "no_vectors";
    case Degraded::encoder_starting:
      return "encoder_starting";
    case Degraded::encoder_busy:
      return "encoder_busy";
    case Degraded::encoder_unavailable:
      return "encoder_unavailable";
    case Degraded::dense_unavailable:
      return "dense_unavailable";
    case Degraded::lexical_unavailable:
      return "lexical_unavailable";
  }
  return "no";
}

}  // namespace anireco
