#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace anireco::trainer {

/// Tensors by name, in the order of their file.
using StateDict = std::vector<std::pair<std::string, torch::Tensor>>;

/// Writes a `.pt` file that `torch.load` of Python reads as a dict of tensors, atomically. Throws
/// Error{unavailable}.
void write_torch_file(const std::filesystem::path& path, const StateDict& tensors);

/// Reads the tensors of a file of `torch.save` (PyTorch 1.6 or later): a state dict, or a dict that
/// holds one as "model_state_dict", "state_dict" or "model". Nothing that the pickle names is
/// called: what is neither tensor, number, text nor container is passed over. Floating tensors come
/// as f32; tensors that share bytes in the file share them here. Throws Error{not_found},
/// Error{corrupt} for a damaged or foreign file, and for a tensor of more numbers than its bytes
/// have.
StateDict read_torch_file(const std::filesystem::path& path);

}  // namespace anireco::trainer
