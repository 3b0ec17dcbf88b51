#include "base/gzip_writer.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/gzip_window.h"

namespace anireco {
namespace {

constexpr int kMemoryLevel = 8;  // zlib's own default.

}  // namespace

struct GzipWriter::State {
  std::function<void(std::string_view)> sink;
  z_stream stream{};

  void run(int flush) {
    std::array<char, 1 << 16> out;
    int code = Z_OK;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = static_cast<uInt>(out.size());
      code = deflate(&stream, flush);
      if (code == Z_STREAM_ERROR) throw Error(ErrorKind::internal, "gzip: cannot compress");
      sink(std::string_view(out.data(), out.size() - stream.avail_out));
    } while (stream.avail_out == 0 || (flush == Z_FINISH && code != Z_STREAM_END));
  }
};

GzipWriter::GzipWriter(std::function<void(std::string_view)> sink)
    : state_(std::make_unique<State>()) {
  state_->sink = std::move(sink);
  if (deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error(ErrorKind::internal, "gzip: cannot start");
  }
}

GzipWriter::~GzipWriter() { deflateEnd(&state_->stream); }

void GzipWriter::append(std::string_view text) {
  while (!text.empty()) {
    const std::size_t n = std::min<std::size_t>(text.size(), std::numeric_limits<uInt>::max());
    state_->stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    state_->stream.avail_in = static_cast<uInt>(n);
    state_->run(Z_NO_FLUSH);
    text.remove_prefix(n);
  }
}

void GzipWriter::finish() { state_->run(Z_FINISH); }

}  // namespace anireco
