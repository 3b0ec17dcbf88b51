#include "base/top_k.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

namespace anireco {
namespace {

constexpr std::size_t kBuckets = 1024;

float nth_of_copy(std::vector<float> values, std::size_t k) {
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(k - 1);
  std::nth_element(values.begin(), nth, values.end(), std::greater<>());
  return *nth;
}

}  // namespace

float kth_largest(std::span<const float> values, std::size_t k) {
  assert(k >= 1 && k <= values.size());
  float least = values[0];
  float greatest = values[0];
  for (const float value : values) {
    least = value < least ? value : least;
    greatest = value > greatest ? value : greatest;
  }
  if (least == greatest) return least;
  const float scale = static_cast<float>(kBuckets - 1) / (greatest - least);
  if (values.size() < kBuckets || !std::isfinite(scale) || scale == 0) {
    return nth_of_copy({values.begin(), values.end()}, k);
  }

  // (value - least) * scale never decreases with value, so buckets are in the order of the values.
  const auto bucket_of = [&](float value) {
    const auto bucket = static_cast<std::int32_t>((value - least) * scale);
    return static_cast<std::size_t>(std::min<std::int32_t>(bucket, kBuckets - 1));
  };
  std::array<std::uint32_t, kBuckets> counts{};
  for (const float value : values) ++counts[bucket_of(value)];
  std::size_t bucket = kBuckets - 1;
  std::size_t above = 0;
  while (above + counts[bucket] < k) above += counts[bucket--];
  std::vector<float> inside;
  inside.reserve(counts[bucket]);
  for (const float value : values) {
    if (bucket_of(value) == bucket) inside.push_back(value);
  }
  return nth_of_copy(std::move(inside), k - above);
}

}  // namespace anireco
