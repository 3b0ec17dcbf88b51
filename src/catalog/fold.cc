#include "catalog/fold.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace anireco {
namespace {

/// The code point at `at` and its length; a wrong byte is taken alone, as a value above Unicode.
struct Decoded {
  char32_t value;
  std::size_t bytes;
};

Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
  };
  const std::uint8_t lead = byte(at);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4) return {char32_t{0x110000} + lead, 1};
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {char32_t{0x110000} + lead, 1};
    value = (value << 6) | (byte(at + i) & 0x3FU);
  }
  return {value, length};
}

void append(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x110000) {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(c - 0x110000);
  }
}

char32_t lower(char32_t c) {
  if (c >= U'A' && c <= U'Z') return c + 32;
  if (c < 0xC0) return c;
  if (c <= 0xDE && c != 0xD7) return c + 32;
  if (c >= 0x100 && c <= 0x137 && c != 0x130 && c % 2 == 0) return c + 1;
  if (c >= 0x139 && c <= 0x148 && c % 2 == 1) return c + 1;
  if (c >= 0x14A && c <= 0x177 && c % 2 == 0) return c + 1;
  if (c >= 0x391 && c <= 0x3A9) return c + 32;
  if (c == 0x401 || c == 0x451) return 0x435;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  return c;
}

bool is_space(char32_t c) {
  return c == U' ' || (c >= 0x09 && c <= 0x0D) || c == 0xA0 || c == 0x3000 ||
         (c >= 0x2000 && c <= 0x200B);
}

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

bool is_punctuation(char32_t c) {
  if (c < 0x80) return !is_digit(c) && !(c >= U'a' && c <= U'z');
  return c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x2BFF) ||
         (c >= 0x3000 && c <= 0x303F) || c == 0x30FB || (c >= 0xFF00 && c <= 0xFF0F) ||
         (c >= 0xFF1A && c <= 0xFF20) || c >= 0x110000;
}

struct Word {
  std::string text;
  std::size_t letters = 0;
  bool digits_only = true;
  void add(char32_t c) {
    append(text, c);
    ++letters;
    digits_only = digits_only && is_digit(c);
  }
  void finish(std::vector<std::string>& words) {
    if (letters >= 3 && !digits_only) words.push_back(text);
    *this = {};
  }
};

}  // namespace

std::string fold_name(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  bool space = false;
  for (std::size_t at = 0; at < name.size();) {
    const Decoded c = decode(name, at);
    at += c.bytes;
    if (is_space(c.value)) {
      space = !out.empty();
      continue;
    }
    if (space) out += ' ';
    space = false;
    append(out, lower(c.value));
  }
  return out;
}

std::vector<std::string> name_words(std::string_view title) {
  std::vector<std::string> words;
  Word part;
  Word whole;
  for (std::size_t at = 0; at < title.size();) {
    const Decoded decoded = decode(title, at);
    at += decoded.bytes;
    const char32_t c = lower(decoded.value);
    if (is_space(c)) {
      part.finish(words);
      whole.finish(words);
    } else if (is_punctuation(c)) {
      part.finish(words);
    } else {
      part.add(c);
      whole.add(c);
    }
  }
  part.finish(words);
  whole.finish(words);
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

bool is_cyrillic_name(std::string_view text) {
  bool cyrillic = false;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode(text, at);
    at += decoded.bytes;
    const char32_t c = lower(decoded.value);
    if ((c >= U'a' && c <= U'z') || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7)) {
      return false;
    }
    cyrillic = cyrillic || (c >= 0x400 && c <= 0x4FF);
  }
  return cyrillic;
}

}  // namespace anireco
