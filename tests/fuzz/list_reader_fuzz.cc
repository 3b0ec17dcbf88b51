#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "gather/list_reader.h"
#include "gather/list_writer.h"

// Any bytes are a list or invalid; a list survives being written in our own form and read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace anireco;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const ListFile list = read_list(bytes, {.max_bytes = 1 << 20});
    if (read_list(write_list_json("fuzz", list.entries)).entries != list.entries) __builtin_trap();
    read_list(write_mal_xml(list.entries));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_argument) __builtin_trap();
  }
  return 0;
}
