#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace anireco {

struct AdamOptions {
  float learning_rate = 1e-3F;  ///< At the first step; falls to 0 along a cosine.
  float weight_decay = 0;       ///< Decoupled, times the learning rate.
  std::size_t steps = 1;        ///< Of the whole run, >= 1.
};

/// AdamW with cosine decay over one array of parameters. Deterministic. Source: Loshchilov and
/// Hutter, ICLR 2019, algorithm 2; beta .9 and .999, epsilon 1e-8.
class Adam {
 public:
  Adam(std::size_t parameters, const AdamOptions& options);
  /// One step along a gradient; both [parameters].
  void step(std::span<float> parameters, std::span<const float> gradient);

 private:
  AdamOptions options_;
  std::size_t step_ = 0;
  std::vector<float> mean_;
  std::vector<float> square_;
};

}  // namespace anireco
