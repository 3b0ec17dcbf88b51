#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace anireco {

/// Groups texts into batches of at most `max_tokens` tokens (a longer text gets one to itself): the
/// longest first, then the longest that still fit, so that batches are full and the last ones,
/// which decide when all threads are done, are short. lengths: tokens of each text, >= 1.
/// Returns indices into `lengths`, each once. Deterministic.
std::vector<std::vector<size_t>> plan_batches(std::span<const size_t> lengths, size_t max_tokens);

}  // namespace anireco
