#pragma once

#include <cstddef>
#include <span>

namespace anireco {

/// The k-th largest value, counting equal ones each. values: not empty, no NaN; k in [1, size].
/// About two passes over the values where these are spread out; never worse than
/// std::nth_element over a copy. Thread-safe.
float kth_largest(std::span<const float> values, std::size_t k);

}  // namespace anireco
