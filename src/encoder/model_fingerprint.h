#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace anireco {

/// Names what decides a model's vectors: weights, optional head, settings and tokenizer files. 32
/// hexadecimal digits of SHA-256 over the SHA-256 of each file, the weights in pieces of 8 MiB
/// (hashed by `threads` threads), and the prompt of titles, if there is one. Independent of the
/// precision, of the folder's name and of what is done to requests.
/// weights: the bytes of model.safetensors. Throws Error{unavailable}.
std::string model_fingerprint(const std::filesystem::path& folder,
                              std::span<const std::byte> weights, std::string_view document_prompt,
                              size_t threads);

}  // namespace anireco
