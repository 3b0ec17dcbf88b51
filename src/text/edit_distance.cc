#include "text/edit_distance.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "text/unicode.h"

namespace anireco {
namespace {

constexpr std::size_t kStackColumns = 64;

}  // namespace

std::size_t edit_distance(std::u32string_view a, std::u32string_view b, std::size_t max_distance) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() > b.size()) std::swap(a, b);
  max_distance = std::min(max_distance, b.size());
  const std::size_t too_far = max_distance + 1;
  if (b.size() - a.size() > max_distance) return too_far;
  if (a.empty()) return b.size();

  const std::size_t columns = b.size() + 1;
  std::array<std::size_t, 3 * kStackColumns> small;
  std::vector<std::size_t> large;
  std::size_t* rows = small.data();
  if (columns > kStackColumns) {
    large.resize(3 * columns);
    rows = large.data();
  }
  std::size_t* before = rows;
  std::size_t* previous = rows + columns;
  std::size_t* current = rows + 2 * columns;
  std::fill(rows, rows + 3 * columns, too_far);
  for (std::size_t j = 0; j <= max_distance; ++j) previous[j] = j;

  for (std::size_t i = 1; i <= a.size(); ++i) {
    // Only cells within max_distance of the diagonal can matter.
    const std::size_t first = i > max_distance ? i - max_distance : 1;
    const std::size_t last = std::min(b.size(), i + max_distance);
    current[first - 1] = first == 1 && i <= max_distance ? i : too_far;
    std::size_t best = current[first - 1];
    for (std::size_t j = first; j <= last; ++j) {
      std::size_t cost = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost = std::min({cost, previous[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost = std::min(cost, before[j - 2] + 1);
      }
      current[j] = std::min(cost, too_far);
      best = std::min(best, current[j]);
    }
    if (last < b.size()) current[last + 1] = too_far;
    if (best > max_distance) return too_far;
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t max_distance) {
  return edit_distance(std::u32string_view(to_code_points(a)),
                       std::u32string_view(to_code_points(b)), max_distance);
}

}  // namespace anireco
