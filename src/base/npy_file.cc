#include "base/npy_file.h"

#include <fmt/core.h>

#include <bit>
#include <cassert>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace anireco {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMostHeader = 1 << 16;

/// What follows a key of the header's dictionary, which NumPy writes as a Python literal; empty
/// when the key is absent or not said once.
std::string_view after_key(std::string_view header, std::string_view key) {
  const std::string quoted = fmt::format("'{}':", key);
  const std::size_t at = header.find(quoted);
  if (at == std::string_view::npos || header.find(quoted, at + 1) != std::string_view::npos) {
    return {};
  }
  std::string_view rest = header.substr(at + quoted.size());
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return rest;
}

/// "(12, 384)" to 12 and 384.
bool read_shape(std::string_view text, std::size_t& rows, std::size_t& columns) {
  const auto number = [&](std::size_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
  };
  if (!text.starts_with('(')) return false;
  text.remove_prefix(1);
  if (!number(rows) || !text.starts_with(", ")) return false;
  text.remove_prefix(2);
  return number(columns) && text.starts_with(')');
}

}  // namespace

std::string npy_header(std::size_t rows, std::size_t columns) {
  std::string header =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
  constexpr std::size_t kPreamble = 10;
  header.append(63 - (kPreamble + header.size()) % 64, ' ');
  header += '\n';
  std::string file(kMagic);
  file += std::string_view("\x01\x00", 2);
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  return file + header;
}

NpyFile::NpyFile(const std::filesystem::path& path) : file_(path) {
  const std::string_view text = file_.text();
  const auto refuse = [&](std::string_view reason) -> void {
    throw Error(ErrorKind::corrupt, fmt::format("{}: {}", path.filename().string(), reason));
  };
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(text[at]));
  };
  if (text.size() < 12 || !text.starts_with(kMagic)) refuse("is no NumPy file");
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) refuse("is of a NumPy format that is not known");
  std::size_t length = byte(8) | byte(9) << 8;
  begin_ = 10;
  if (version > 1) {
    length |= byte(10) << 16 | byte(11) << 24;
    begin_ = 12;
  }
  if (length > kMostHeader || length > text.size() - begin_) refuse("its header is cut off");
  const std::string_view header = text.substr(begin_, length);
  begin_ += length;
  if (!after_key(header, "descr").starts_with("'<f4'")) refuse("must hold float32 ('<f4')");
  if (!after_key(header, "fortran_order").starts_with("False")) refuse("must be in C order");
  if (!read_shape(after_key(header, "shape"), rows_, columns_)) {
    refuse("must have two dimensions, rows and columns");
  }
  const std::size_t values = (text.size() - begin_) / sizeof(float);
  const bool fits = columns_ == 0 ? rows_ == 0 : rows_ == values / columns_;
  if (!fits || text.size() - begin_ != rows_ * columns_ * sizeof(float)) {
    refuse("its size does not fit its shape");
  }
}

void NpyFile::read_row(std::size_t row, std::span<float> out) const {
  assert(row < rows_ && out.size() == columns_);
  std::memcpy(out.data(), file_.text().data() + begin_ + row * columns_ * sizeof(float),
              out.size_bytes());
}

}  // namespace anireco
