#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <vector>

namespace anireco {

/// Quality of one ranking against its wanted set, binary gains.
struct RankingScore {
  double hit1 = 0;
  double hit10 = 0;
  double mrr = 0;     ///< 1 / first wanted rank, 0 beyond rank 100.
  double ndcg10 = 0;  ///< Ideal over min(10, wanted). Järvelin and Kekäläinen, TOIS 2002.
  double recall50 = 0;
};

/// ranked: ids best first; repeats count once, at their first place. wanted must not be empty.
RankingScore score_ranking(std::span<const std::uint32_t> ranked,
                           const std::set<std::uint32_t>& wanted);

/// A mean with its 95 % interval by the bootstrap over queries (2,000 resamples, fixed seed).
struct Interval {
  double value = 0;
  double low = 0;
  double high = 0;
};
Interval bootstrap_interval(std::span<const double> values);

}  // namespace anireco
