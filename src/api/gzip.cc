#include "api/gzip.h"

#include <zlib.h>

#include <algorithm>

#include "api/ascii.h"
#include "base/error.h"
#include "base/gzip_window.h"

namespace anireco {
namespace {

constexpr int kMemoryLevel = 8;

bool is_zero_weight(std::string_view parameters) {
  parameters = ascii_trimmed(parameters);
  if (!parameters.starts_with("q=") && !parameters.starts_with("Q=")) return false;
  return parameters.substr(2).find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::string gzip(std::string_view text, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw Error(ErrorKind::internal, "cannot compress", "deflateInit2");
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw Error(ErrorKind::internal, "cannot compress", "deflate");
  return out;
}

bool accepts_gzip(std::string_view header) {
  bool any = false;
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    const std::string_view item = ascii_trimmed(header.substr(0, comma));
    header.remove_prefix(std::min(comma + 1, header.size()));
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    const std::string_view name = ascii_trimmed(item.substr(0, semicolon));
    const bool zero = is_zero_weight(item.substr(std::min(semicolon + 1, item.size())));
    if (name == "gzip" || name == "x-gzip") return !zero;
    if (name == "*") any = !zero;
  }
  return any;
}

}  // namespace anireco
