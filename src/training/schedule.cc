#include "training/schedule.h"

#include <algorithm>
#include <numeric>

namespace anireco {

std::mt19937_64 generator_of(std::uint64_t seed, std::initializer_list<std::uint32_t> numbers) {
  std::vector<std::uint32_t> words = {static_cast<std::uint32_t>(seed),
                                      static_cast<std::uint32_t>(seed >> 32U)};
  words.insert(words.end(), numbers);
  std::seed_seq sequence(words.begin(), words.end());
  return std::mt19937_64(sequence);
}

double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11U) * 0x1p-53; }

std::vector<std::size_t> permutation(std::size_t count, std::mt19937_64& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  return order;
}

double warmed_up(double rate, double at, double rising) {
  // Multiplied first: the bytes of what was trained depend on it.
  return rate * std::min(at + 1, rising) / rising;
}

}  // namespace anireco
