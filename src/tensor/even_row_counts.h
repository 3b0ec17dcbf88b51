#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace anireco {

/// oneDNN's general product, used where it packs no weights (AVX2), goes over to copying its
/// operands, and to another order of summing, above this many rows.
constexpr size_t kPlainMaxRows = 256;
constexpr size_t kPlainStep = 8;
/// Steps up to which a row count is rounded up in search of one that sums evenly.
constexpr size_t kPlainTries = 4;

/// Row counts for which the general product sums every row in one and the same order. Rows left
/// over beside its blocks may get a kernel that sums in another, and which counts leave such rows
/// depends on the CPU (on Zen 3 with AVX2: 32), so it is found out by a small product of equal
/// rows.
class EvenRowCounts {
 public:
  /// product(rows): [rows, width], what the general product makes of that many equal rows.
  template <class Product>
  EvenRowCounts(size_t width, Product product) {
    std::vector<float> expected = product(kPlainMaxRows);
    expected.resize(width);
    for (size_t n = 1; n < even_.size(); ++n) {
      const std::vector<float> y = product(n * kPlainStep);
      even_[n] = true;
      for (size_t at = 0; at < y.size(); at += width) {
        even_[n] = even_[n] && std::equal(expected.begin(), expected.end(),
                                          y.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
  }

  /// The count to compute for `rows` <= kPlainMaxRows.
  size_t round_up(size_t rows) const {
    const size_t first = (rows + kPlainStep - 1) / kPlainStep;
    for (size_t n = first; n < std::min(first + kPlainTries, even_.size()); ++n) {
      if (even_[n]) return n * kPlainStep;
    }
    return first * kPlainStep;
  }

 private:
  std::array<bool, kPlainMaxRows / kPlainStep + 1> even_{};
};

}  // namespace anireco
