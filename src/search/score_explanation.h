#pragma once

#include <string>
#include <vector>

namespace anireco {

/// Derives a score step by step: `value` is what `description` says of the parts.
struct ScoreExplanation {
  std::string description;
  double value = 0;
  std::vector<ScoreExplanation> parts;
};

}  // namespace anireco
