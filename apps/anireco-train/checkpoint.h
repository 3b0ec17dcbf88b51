#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace anireco::trainer {

/// How far a run has come.
struct Progress {
  std::int64_t step = 0;  ///< Steps done.
  double loss_sum = 0;    ///< Since the last look at the validation requests.
  std::int64_t losses = 0;
  std::vector<double> history = {};  ///< What a trainer keeps of its looks at validation.
};

/// Writes everything that a run needs to go on, atomically. Throws Error{unavailable}.
void save_checkpoint(const std::filesystem::path& path, const std::string& fingerprint,
                     const std::vector<torch::Tensor>& parameters,
                     const torch::optim::Optimizer& optimizer, const Progress& progress);

/// Puts parameters and optimizer back where they were. Throws Error{invalid_argument} when the
/// checkpoint has another fingerprint, Error{corrupt} when it cannot be read.
Progress load_checkpoint(const std::filesystem::path& path, const std::string& fingerprint,
                         const std::vector<torch::Tensor>& parameters,
                         torch::optim::Optimizer& optimizer);

}  // namespace anireco::trainer
