#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "catalog/anime_json.h"

// Any line is a record or invalid; an accepted record survives being written and read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace anireco;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  try {
    const Anime anime = parse_anime_json(line).anime;
    if (!(parse_anime_json(to_json(anime)).anime == anime)) __builtin_trap();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_argument) __builtin_trap();
  }
  return 0;
}
