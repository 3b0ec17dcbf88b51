#include "text/unicode.h"
#include "text/utf8_scan.h"

namespace anireco {
namespace {

constexpr char32_t kReplacement = 0xfffd;

bool is_continuation(unsigned char byte) { return (byte & 0xc0) == 0x80; }

}  // namespace

CodePoint decode_utf8(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t left = text.size() - offset;
  if (first >= 0xc2 && first <= 0xdf && left >= 2 && is_continuation(byte(1))) {
    return {static_cast<char32_t>((first & 0x1f) << 6 | (byte(1) & 0x3f)), 2};
  }
  if (first >= 0xe0 && first <= 0xef && left >= 3 && is_continuation(byte(1)) &&
      is_continuation(byte(2))) {
    const auto value =
        static_cast<char32_t>((first & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f));
    if (value >= 0x800 && (value < 0xd800 || value > 0xdfff)) return {value, 3};
  }
  if (first >= 0xf0 && first <= 0xf4 && left >= 4 && is_continuation(byte(1)) &&
      is_continuation(byte(2)) && is_continuation(byte(3))) {
    const auto value = static_cast<char32_t>((first & 0x07) << 18 | (byte(1) & 0x3f) << 12 |
                                             (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f));
    if (value >= 0x10000 && value <= 0x10ffff) return {value, 4};
  }
  return {kReplacement, 1};
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) c = kReplacement;
  if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
  }
  out += static_cast<char>(0x80 | (c & 0x3f));
}

std::u32string to_code_points(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_utf8(text, i);
    out += c.value;
    i += c.bytes;
  }
  return out;
}

std::string to_utf8(std::u32string_view code_points) {
  std::string out;
  out.reserve(code_points.size());
  for (const char32_t c : code_points) append_utf8(out, c);
  return out;
}

bool is_valid_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_utf8(text, i);
    if (c.value == kReplacement && c.bytes == 1) return false;
    i += c.bytes;
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  if (is_valid_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_utf8(text, i);
    append_utf8(out, c.value);
    i += c.bytes;
  }
  return out;
}

std::size_t count_code_points(std::string_view text) {
  if (is_ascii(text)) return text.size();
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) i += decode_utf8(text, i).bytes;
  return count;
}

std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && max_bytes - end < 3 && is_continuation(static_cast<unsigned char>(text[end]))) {
    --end;
  }
  // Stray continuation bytes belong to no character: cutting between them harms nothing.
  if (is_continuation(static_cast<unsigned char>(text[end]))) end = max_bytes;
  return text.substr(0, end);
}

}  // namespace anireco
