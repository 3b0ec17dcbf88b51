#include "search/fusion.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace anireco {
namespace {

struct Scale {
  float offset = 0;
  float factor = 0;
};

Scale minmax_scale(std::span<const Candidate> candidates, std::size_t leg) {
  const auto [least, greatest] = std::minmax_element(
      candidates.begin(), candidates.end(),
      [leg](const Candidate& a, const Candidate& b) { return a.legs[leg].raw < b.legs[leg].raw; });
  const float low = least->legs[leg].raw;
  const float range = greatest->legs[leg].raw - low;
  return {low, range > 0 ? 1 / range : 0};
}

Scale dbsf_scale(std::span<const Candidate> candidates, std::size_t leg) {
  double sum = 0;
  double squares = 0;
  for (const Candidate& c : candidates) {
    const double raw = c.legs[leg].raw;
    sum += raw;
    squares += raw * raw;
  }
  const double n = static_cast<double>(candidates.size());
  const double mean = sum / n;
  const double deviation = std::sqrt(std::max(0.0, squares / n - mean * mean));
  if (deviation <= 1e-9) return {0, 0};
  return {static_cast<float>(mean - 3 * deviation), static_cast<float>(1 / (6 * deviation))};
}

}  // namespace

void fuse(std::span<Candidate> candidates, const LegWeights& weights, FusionMethod method,
          float rrf_k) {
  if (!(rrf_k > 0)) throw Error(ErrorKind::invalid_argument, "fusion: rrf_k must be above 0");
  for (float weight : weights.weight) {
    if (!(weight >= 0)) {
      throw Error(ErrorKind::invalid_argument, "fusion: a weight must be 0 or above");
    }
  }
  if (candidates.empty()) return;
  for (Candidate& c : candidates) c.score = c.prior + c.title_bonus;
  for (std::size_t leg = 0; leg < kLegCount; ++leg) {
    const float weight = weights.weight[leg];
    if (weight == 0) continue;
    Scale scale;
    if (method == FusionMethod::minmax) scale = minmax_scale(candidates, leg);
    if (method == FusionMethod::dbsf) scale = dbsf_scale(candidates, leg);
    for (Candidate& c : candidates) {
      LegScore& s = c.legs[leg];
      if (method == FusionMethod::rrf) {
        s.normalised = s.rank == 0 ? 0 : (rrf_k + 1) / (rrf_k + static_cast<float>(s.rank));
      } else {
        s.normalised = std::max(0.0F, (s.raw - scale.offset) * scale.factor);
      }
      c.score += weight * s.normalised;
    }
  }
}

float popularity_order(float percentile) { return -std::log10(std::max(1 - percentile, 1e-4F)); }

}  // namespace anireco
