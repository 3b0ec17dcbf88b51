#include "base/gunzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/gzip_window.h"

namespace anireco {
namespace {

constexpr std::size_t kStep = std::size_t{1} << 18;

struct Inflater {
  z_stream stream{};
  Inflater() {
    if (inflateInit2(&stream, kGzipWindow) != Z_OK) {
      throw Error(ErrorKind::internal, "gzip data cannot be read");
    }
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

std::string gunzip(std::string_view bytes, std::size_t max_bytes) {
  if (bytes.size() > std::numeric_limits<uInt>::max()) {
    throw Error(ErrorKind::invalid_argument, "the gzip data is too long");
  }
  Inflater inflater;
  z_stream& z = inflater.stream;
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  while (true) {
    const std::size_t before = out.size();
    // One byte above the limit tells a result that is too long.
    const std::size_t room = std::min(kStep, max_bytes + 1 - before);
    out.resize(before + room);
    z.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    z.avail_out = static_cast<uInt>(room);
    const int code = inflate(&z, Z_NO_FLUSH);
    out.resize(before + room - z.avail_out);
    if (out.size() > max_bytes) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("the gzip data holds more than {} bytes", max_bytes));
    }
    if (code == Z_STREAM_END) {
      if (z.avail_in == 0) return out;
      if (inflateReset(&z) != Z_OK) throw Error(ErrorKind::internal, "gzip data cannot be read");
    } else if (code == Z_BUF_ERROR || (code == Z_OK && z.avail_in == 0 && z.avail_out != 0)) {
      throw Error(ErrorKind::corrupt, "the gzip data is cut off");
    } else if (code != Z_OK) {
      throw Error(ErrorKind::corrupt, "the gzip data is damaged");
    }
  }
}

}  // namespace anireco
