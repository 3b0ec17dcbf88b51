#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace anireco {

/// Names what decides a model's vectors: weights, optional head, settings and tokenizer files. 32
/// hexadecimal digits of SHA-256 over the SHA-256 of each file, the weights in pieces of 8 MiB
/// (hashed by `threads` threads). Independent of the precision and of the folder's name.
/// weights: the bytes of model.safetensors. Throws Error{unavailable}.
std::string model_fingerprint(const std::filesystem::path& folder,
                              std::span<const std::byte> weights, size_t threads);

}  // namespace anireco
