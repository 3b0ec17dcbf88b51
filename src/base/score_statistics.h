#pragma once

#include <cmath>
#include <cstddef>

namespace anireco {

/// Mean and spread of a leg's scores over many documents, for distribution-based fusion.
struct ScoreStatistics {
  double mean = 0;
  double stddev = 0;      ///< Of the population, not of a sample; 0 for less than two scores.
  std::size_t count = 0;  ///< Scores seen.

  /// From the count, the sum and the sum of squares of the scores.
  static ScoreStatistics from_sums(std::size_t count, double sum, double sum_of_squares) {
    if (count == 0) return {};
    const double n = static_cast<double>(count);
    const double mean = sum / n;
    const double variance = sum_of_squares / n - mean * mean;
    return {mean, variance > 0 ? std::sqrt(variance) : 0, count};
  }
};

}  // namespace anireco
