#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "catalog/catalog.h"
#include "fulltext/title_index.h"

namespace {

constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kFileBytesAt = 24;
constexpr std::size_t kChecksumAt = 32;

// Magic, version, size and checksum are made right, so that the checks behind them are reached.
void seal(std::span<std::byte> file) {
  constexpr char kStart[] = "ANIRTTL\n\x01\0\0\0\x0a\0\0";
  std::memcpy(file.data(), kStart, 16);
  const std::uint64_t bytes = file.size();
  std::memcpy(file.data() + kFileBytesAt, &bytes, 8);
  std::memset(file.data() + kChecksumAt, 0, 8);
  const std::uint64_t checksum = anireco::xxh3_64(std::span<const std::byte>(file));
  std::memcpy(file.data() + kChecksumAt, &checksum, 8);
}

anireco::Catalog small_catalog() {
  std::vector<anireco::Anime> records(2);
  records[0].id = "id0";
  records[0].titles.romaji = "Mushishi";
  records[0].titles.russian = "Мастер муси";
  records[1].id = "id1";
  records[1].titles.romaji = "Code Geass: Hangyaku no Lelouch";
  return anireco::Catalog(records);
}

}  // namespace

// Any bytes are a title file of this catalogue or corrupt, and every accepted one can be searched.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace anireco;
  static const Catalog catalog = small_catalog();
  std::vector<std::uint64_t> words(size / 8 + 1);
  const std::span<std::byte> file = std::as_writable_bytes(std::span(words)).first(size);
  if (size > 0) std::memcpy(file.data(), data, size);
  if (size >= kHeaderBytes) seal(file);
  try {
    const TitleIndex index = TitleIndex::over(file, catalog);
    for (const char* text : {"mushihsi", "code", "мушиши", "мастера муси", "geasz"}) {
      for (const TitleMatch& match : index.find({.text = text, .prefixes = true})) {
        if (match.doc >= catalog.size()) __builtin_trap();
      }
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) __builtin_trap();
  }
  return 0;
}
