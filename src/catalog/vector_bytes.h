#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "catalog/catalog_store.h"

namespace anireco {

/// For tables of hashes: their low half is as good as any.
struct HashOfHash {
  std::size_t operator()(const TextHash& hash) const { return hash.low; }
};

/// How databases keep a text's hash: 16 bytes, the high half first, each big-endian.
std::array<std::byte, 16> to_bytes(const TextHash& hash);
/// Throws Error{corrupt} unless there are 16.
TextHash to_hash(std::span<const std::byte> bytes);

/// A vector's values from their bytes, little-endian. Throws Error{corrupt} for an odd number of
/// bytes, or none.
std::vector<std::uint16_t> to_values(std::span<const std::byte> bytes);

}  // namespace anireco
