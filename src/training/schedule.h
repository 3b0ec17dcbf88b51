#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <vector>

namespace anireco {

/// A generator of one step, epoch or purpose, told apart by `numbers`: a run that is continued
/// draws what an undisturbed one would.
std::mt19937_64 generator_of(std::uint64_t seed, std::initializer_list<std::uint32_t> numbers);

/// In [0, 1).
double uniform(std::mt19937_64& random);

/// 0 to count - 1 in an order of the generator's.
std::vector<std::size_t> permutation(std::size_t count, std::mt19937_64& random);

/// A learning rate that rises in a line to `rate`: at = 0 is the first step, which learns too, and
/// at < rising. Never above `rate`, whether or not `rising` is whole.
double warmed_up(double rate, double at, double rising);

}  // namespace anireco
