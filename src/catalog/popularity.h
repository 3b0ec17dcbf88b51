#pragma once

#include <span>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// For each record the share of the titles of the same source (provenance of "members") with fewer
/// members, in [0, 1]; 0 where unknown. Thread-safe.
std::vector<float> popularity_percentiles(std::span<const Anime> records);

}  // namespace anireco
