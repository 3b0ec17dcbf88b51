#include "catalog/vector_bytes.h"

#include <cstring>

#include "base/error.h"

namespace anireco {

std::array<std::byte, 16> to_bytes(const TextHash& hash) {
  std::array<std::byte, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::byte>(hash.high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<std::byte>(hash.low >> (56 - 8 * i));
  }
  return bytes;
}

TextHash to_hash(std::span<const std::byte> bytes) {
  TextHash hash;
  if (bytes.size() != 16) throw Error(ErrorKind::corrupt, "a stored vector has no proper key");
  for (std::size_t i = 0; i < 8; ++i) {
    hash.high = hash.high << 8 | std::to_integer<std::uint64_t>(bytes[i]);
    hash.low = hash.low << 8 | std::to_integer<std::uint64_t>(bytes[8 + i]);
  }
  return hash;
}

std::vector<std::uint16_t> to_values(std::span<const std::byte> bytes) {
  if (bytes.empty() || bytes.size() % sizeof(std::uint16_t) != 0) {
    throw Error(ErrorKind::corrupt, "a stored vector has an impossible length");
  }
  std::vector<std::uint16_t> values(bytes.size() / sizeof(std::uint16_t));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace anireco
