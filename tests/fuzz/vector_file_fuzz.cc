#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "index/exact_vector_index.h"

namespace {

constexpr std::size_t kHeaderBytes = 128;
constexpr std::size_t kFileBytesAt = 32;
constexpr std::size_t kChecksumAt = 40;

// Magic, version, size and checksum are made right, so that the checks behind them are reached.
void seal(std::span<std::byte> file) {
  constexpr char kStart[] = "ANIRVEC\n\x01\0\0";
  std::memcpy(file.data(), kStart, 12);
  const std::uint64_t bytes = file.size();
  std::memcpy(file.data() + kFileBytesAt, &bytes, 8);
  std::memset(file.data() + kChecksumAt, 0, 8);
  anireco::Xxh3Stream stream;
  stream.update(file.subspan(kHeaderBytes));
  stream.update(file.first(kHeaderBytes));
  const std::uint64_t checksum = stream.digest();
  std::memcpy(file.data() + kChecksumAt, &checksum, 8);
}

}  // namespace

// Any bytes are a vector file or corrupt, and every accepted one can be searched.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace anireco;
  std::vector<std::uint64_t> words(size / 8 + 1);
  const std::span<std::byte> file = std::as_writable_bytes(std::span(words)).first(size);
  if (size > 0) std::memcpy(file.data(), data, size);
  if (size >= kHeaderBytes) seal(file);
  try {
    const auto index = ExactVectorIndex::over(file, {.threads = 1});
    const std::vector<float> vector(index.dimension(), 0.05F);
    for (const DenseHit& hit : index.search({.vector = vector, .limit = 3})) {
      if (hit.doc >= index.size() || !index.has_vector(hit.doc)) __builtin_trap();
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) __builtin_trap();
  }
  return 0;
}
