#include "text/keyboard_layout.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "text/unicode.h"

namespace anireco {
namespace {

// Key by key: unshifted rows, shifted rows, then the digits' row with shift.
constexpr std::u32string_view kLatin =
    U"`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
    U"~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?"
    U"@#$^&";
constexpr std::u32string_view kCyrillic =
    U"ёйцукенгшщзхъфывапролджэячсмитьбю."
    U"ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
    U"\"№;:?";
static_assert(kLatin.size() == kCyrillic.size());

bool is_latin(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_cyrillic(char32_t c) { return c >= 0x0400 && c <= 0x045f; }

}  // namespace

std::string switch_layout(std::string_view text) {
  const std::u32string typed = to_code_points(text);
  const auto latin = std::count_if(typed.begin(), typed.end(), is_latin);
  const auto cyrillic = std::count_if(typed.begin(), typed.end(), is_cyrillic);
  const std::u32string_view from = cyrillic > latin ? kCyrillic : kLatin;
  const std::u32string_view to = cyrillic > latin ? kLatin : kCyrillic;
  std::string out;
  out.reserve(text.size() * 2);
  for (const char32_t c : typed) {
    const std::size_t key = from.find(c);
    append_utf8(out, key == std::u32string_view::npos ? c : to[key]);
  }
  return out;
}

}  // namespace anireco
