#include "evaluation/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <unordered_set>

namespace anireco {

RankingScore score_ranking(std::span<const std::uint32_t> ranked,
                           const std::set<std::uint32_t>& wanted) {
  RankingScore score;
  std::unordered_set<std::uint32_t> met;
  std::size_t first = 0;
  std::size_t found50 = 0;
  double gain = 0;
  for (std::uint32_t id : ranked) {
    if (!met.insert(id).second || !wanted.contains(id)) continue;
    const std::size_t rank = met.size();
    if (first == 0) first = rank;
    if (rank <= 10) gain += 1 / std::log2(static_cast<double>(rank) + 1);
    if (rank <= 50) ++found50;
  }
  double ideal = 0;
  for (std::size_t n = 0; n < std::min<std::size_t>(10, wanted.size()); ++n) {
    ideal += 1 / std::log2(static_cast<double>(n) + 2);
  }
  score.hit1 = first == 1 ? 1 : 0;
  score.hit10 = first >= 1 && first <= 10 ? 1 : 0;
  score.mrr = first >= 1 && first <= 100 ? 1 / static_cast<double>(first) : 0;
  score.ndcg10 = gain / ideal;
  score.recall50 = static_cast<double>(found50) / static_cast<double>(wanted.size());
  return score;
}

Interval bootstrap_interval(std::span<const double> values) {
  constexpr std::size_t kResamples = 2000;
  if (values.empty()) return {};
  const double n = static_cast<double>(values.size());
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::size_t> pick(0, values.size() - 1);
  std::vector<double> means(kResamples);
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[pick(random)];
    mean = sum / n;
  }
  std::ranges::sort(means);
  return {std::accumulate(values.begin(), values.end(), 0.0) / n, means[kResamples * 25 / 1000],
          means[kResamples * 975 / 1000]};
}

}  // namespace anireco
