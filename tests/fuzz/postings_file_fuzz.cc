#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "fulltext/bm25f_index.h"

namespace {

constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kFileBytesAt = 24;
constexpr std::size_t kChecksumAt = 32;

// Magic, version, size and checksum are made right, so that the checks behind them are reached.
void seal(std::span<std::byte> file) {
  constexpr char kStart[] = "ANIRPST\n\x01\0\0\0\x09\0\0";
  std::memcpy(file.data(), kStart, 16);
  const std::uint64_t bytes = file.size();
  std::memcpy(file.data() + kFileBytesAt, &bytes, 8);
  std::memset(file.data() + kChecksumAt, 0, 8);
  const std::uint64_t checksum = anireco::xxh3_64(std::span<const std::byte>(file));
  std::memcpy(file.data() + kChecksumAt, &checksum, 8);
}

}  // namespace

// Any bytes are a postings file or corrupt, and every accepted one can be searched.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace anireco;
  std::vector<std::uint64_t> words(size / 8 + 1);
  const std::span<std::byte> file = std::as_writable_bytes(std::span(words)).first(size);
  if (size > 0) std::memcpy(file.data(), data, size);
  if (size >= kHeaderBytes) seal(file);
  try {
    const auto index = Bm25fIndex::over(file);
    for (const LexicalHit& hit : index.search({.text = "alchemist doctro духи", .limit = 3})) {
      if (hit.doc >= index.size()) __builtin_trap();
      index.explain("alchemist doctro", std::span(&hit.doc, 1));
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) __builtin_trap();
  }
  return 0;
}
