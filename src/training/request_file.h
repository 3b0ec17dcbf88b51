#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace anireco {

/// A request in someone's own words for one title (data/training).
struct TrainingRequest {
  std::uint32_t mal = 0;  ///< The title that is meant.
  std::string kind;       ///< "plot", "mood", "keywords", ...
  std::string query;      ///< UTF-8, not empty.
};

/// JSON lines {mal, kind, query}. Throws Error{not_found}, Error{invalid_argument} naming file and
/// line.
std::vector<TrainingRequest> read_training_requests(const std::filesystem::path& path);

/// Whether a franchise belongs to the tenth that is validation and nothing else: the sha256 of its
/// number in decimal digits, taken modulo 10, is 0.
bool is_validation_franchise(std::uint32_t franchise);

}  // namespace anireco
