#include "base/gzip_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/gzip_window.h"

namespace anireco {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;

}  // namespace

struct LineReader::State {
  std::filesystem::path path;
  LineReaderOptions options;
  int descriptor = -1;
  std::uint64_t total = 0;
  std::uint64_t consumed = 0;

  std::array<unsigned char, kChunk> input{};
  std::size_t input_begin = 0;
  std::size_t input_end = 0;
  bool input_ended = false;

  bool gzip = false;
  bool inflating = false;  // between the header and the trailer of a gzip member
  bool inflate_made = false;
  z_stream stream{};

  std::vector<char> output = std::vector<char>(kChunk);
  std::size_t output_begin = 0;
  std::size_t output_end = 0;
  bool ended = false;
  bool stopped = false;

  std::string line;
  std::uint64_t number = 0;

  ~State() {
    if (inflate_made) inflateEnd(&stream);
    if (descriptor >= 0) ::close(descriptor);
  }

  std::string place(std::uint64_t at) const {
    return fmt::format("{}:{}", path.filename().string(), at);
  }

  [[noreturn]] void throw_corrupt(std::string_view what) {
    ended = true;
    throw Error(ErrorKind::corrupt, fmt::format("{}: {}", place(number + 1), what), path.string());
  }

  void open() {
    // Opening a pipe would wait for its writer.
    std::error_code error;
    if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
      throw Error(ErrorKind::invalid_argument, path.filename().string() + ": not a file to read",
                  path.string());
    }
    total = size_of_file(path);
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
      throw Error(ErrorKind::unavailable, "cannot read " + path.filename().string(),
                  fmt::format("{}: {}", path.string(), std::strerror(errno)));
    }
    fill_input();
    gzip = input_end >= 2 && input[0] == 0x1f && input[1] == 0x8b;
    if (gzip) {
      if (inflateInit2(&stream, kGzipWindow) != Z_OK) {
        throw Error(ErrorKind::unavailable, "not enough memory to decompress", path.string());
      }
      inflate_made = true;
    }
  }

  void fill_input() {
    if (input_begin == input_end) input_begin = input_end = 0;
    while (input_end < input.size() && !input_ended) {
      const ssize_t got = ::read(descriptor, input.data() + input_end, input.size() - input_end);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        ended = true;
        throw Error(
            errno == EISDIR ? ErrorKind::invalid_argument : ErrorKind::unavailable,
            fmt::format("cannot read {}: {}", path.filename().string(), std::strerror(errno)),
            path.string());
      }
      if (got == 0) input_ended = true;
      input_end += static_cast<std::size_t>(got);
      consumed += static_cast<std::uint64_t>(got);
    }
  }

  bool fill_output() {
    output_begin = output_end = 0;
    while (output_end == 0) {
      if (input_begin == input_end) fill_input();
      if (input_begin == input_end) {
        if (inflating) throw_corrupt("the gzip data ends too early");
        return false;
      }
      if (gzip) {
        inflate_some();
      } else {
        output_end = std::min(output.size(), input_end - input_begin);
        std::memcpy(output.data(), input.data() + input_begin, output_end);
        input_begin += output_end;
      }
    }
    return true;
  }

  void inflate_some() {
    inflating = true;
    stream.next_in = input.data() + input_begin;
    stream.avail_in = static_cast<uInt>(input_end - input_begin);
    stream.next_out = reinterpret_cast<Bytef*>(output.data());
    stream.avail_out = static_cast<uInt>(output.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    input_begin = input_end - stream.avail_in;
    output_end = output.size() - stream.avail_out;
    if (result == Z_STREAM_END) {
      inflating = false;
      inflateReset(&stream);
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      throw_corrupt("the gzip data is damaged");
    }
  }

  // Consumes up to and including the next line feed; `line` keeps at most the allowed bytes.
  bool read_line() {
    line.clear();
    std::size_t length = 0;
    bool any = false;
    while (true) {
      if (output_begin == output_end && !fill_output()) break;
      any = true;
      const char* begin = output.data() + output_begin;
      const std::size_t left = output_end - output_begin;
      const auto* feed = static_cast<const char*>(std::memchr(begin, '\n', left));
      const std::size_t taken = feed != nullptr ? static_cast<std::size_t>(feed - begin) : left;
      if (length <= options.max_line_bytes) {
        line.append(begin, std::min(taken, options.max_line_bytes + 1 - length));
      }
      length += taken;
      output_begin += taken;
      if (feed != nullptr) {
        ++output_begin;
        break;
      }
    }
    if (!any) return false;
    ++number;
    if (length > options.max_line_bytes) {
      line.clear();
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("{}: the line is longer than {} bytes", place(number),
                              options.max_line_bytes),
                  path.string());
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (number == 1 && line.starts_with("\xef\xbb\xbf")) line.erase(0, 3);
    return true;
  }
};

LineReader::LineReader(const std::filesystem::path& path, LineReaderOptions options)
    : state_(std::make_unique<State>()) {
  state_->path = path;
  state_->options = std::move(options);
  state_->open();
}
LineReader::~LineReader() = default;
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;

bool LineReader::next() {
  if (state_->options.stop.stop_requested()) {
    state_->stopped = true;
    state_->line.clear();
    return false;
  }
  if (state_->ended) return false;
  if (state_->read_line()) return true;
  state_->ended = true;
  return false;
}

std::string_view LineReader::line() const { return state_->line; }
std::uint64_t LineReader::line_number() const { return state_->number; }
bool LineReader::stopped() const { return state_->stopped; }
std::uint64_t LineReader::bytes_read() const {
  return state_->consumed - (state_->input_end - state_->input_begin);
}
std::uint64_t LineReader::bytes_total() const { return state_->total; }

}  // namespace anireco
