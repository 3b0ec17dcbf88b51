#include "training/adam.h"

#include <cassert>
#include <cmath>
#include <numbers>

namespace anireco {

Adam::Adam(std::size_t parameters, const AdamOptions& options)
    : options_(options), mean_(parameters, 0.0F), square_(parameters, 0.0F) {}

void Adam::step(std::span<float> parameters, std::span<const float> gradient) {
  assert(parameters.size() == mean_.size() && gradient.size() == mean_.size());
  constexpr float kBeta1 = 0.9F;
  constexpr float kBeta2 = 0.999F;
  constexpr float kEpsilon = 1e-8F;
  const double progress = static_cast<double>(step_) / static_cast<double>(options_.steps);
  const auto rate = static_cast<float>(
      options_.learning_rate * (1 + std::cos(std::numbers::pi * std::min(progress, 1.0))) / 2);
  ++step_;
  const float first = 1 - std::pow(kBeta1, static_cast<float>(step_));
  const float second = 1 - std::pow(kBeta2, static_cast<float>(step_));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const float g = gradient[i];
    mean_[i] = kBeta1 * mean_[i] + (1 - kBeta1) * g;
    square_[i] = kBeta2 * square_[i] + (1 - kBeta2) * g * g;
    parameters[i] -= rate * (mean_[i] / first / (std::sqrt(square_[i] / second) + kEpsilon) +
                             options_.weight_decay * parameters[i]);
  }
}

}  // namespace anireco
