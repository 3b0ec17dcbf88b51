#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// Parses what to_json() wrote, one record a line, on `threads` threads. Throws Error{corrupt} when
/// a line is no record.
std::vector<Anime> parse_canonical_records(std::span<const std::string_view> lines,
                                           std::size_t threads);

}  // namespace anireco
