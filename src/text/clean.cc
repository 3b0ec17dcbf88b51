#include "text/clean.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <vector>

#include "text/credits.h"
#include "text/markup.h"
#include "text/unicode.h"

namespace anireco {
namespace {

constexpr int kMaxRounds = 8;

bool is_joiner(char32_t c) { return c == 0x200c || c == 0x200d; }

bool is_line_break(char32_t c) { return c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029; }

bool is_invisible(char32_t c) {
  if (c < 0x80) return c < 0x20 || c == 0x7f;
  const auto code = static_cast<UChar32>(c);
  if (U_IS_UNICODE_NONCHAR(code)) return true;
  const auto category = U_GET_GC_MASK(code);
  if ((category & U_GC_CC_MASK) != 0) return true;
  // Tags make the flags of regions out of an emoji; every other format character goes.
  return (category & U_GC_CF_MASK) != 0 && (c < 0xe0020 || c > 0xe007f);
}

/// Joiners matter between letters of Arabic or Indic scripts and between emoji, nowhere else.
bool joins(char32_t before, char32_t after) {
  const auto takes = [](char32_t c) {
    return c >= 0x80 && !is_joiner(c) && !is_invisible(c) &&
           !u_isUWhiteSpace(static_cast<UChar32>(c));
  };
  return takes(before) && takes(after);
}

/// Valid UTF-8 without control characters; spaces as " ", line breaks as "\n".
std::string plain_characters(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  char32_t before = 0;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = decode_utf8(text, i);
    i += c.bytes;
    char32_t value = c.value;
    if (is_line_break(value) || (value == '\r' && (i == text.size() || text[i] != '\n'))) {
      value = '\n';
    } else if (value == '\t' || (value > 0x20 && u_isUWhiteSpace(static_cast<UChar32>(value)))) {
      value = ' ';
    } else if (is_joiner(value)) {
      if (i == text.size() || !joins(before, decode_utf8(text, i).value)) continue;
    } else if (is_invisible(value)) {
      continue;
    }
    append_utf8(out, value);
    before = value;
  }
  return out;
}

std::string collapse(std::string_view line) {
  std::string out;
  out.reserve(line.size());
  for (const char c : line) {
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

/// "(Source: …)" in the middle of a line, where only the colon makes it certain.
std::string without_inner_credits(std::string_view line) {
  std::string out;
  std::size_t copied = 0;
  std::size_t open = line.find("(Source:");
  while (open != std::string_view::npos) {
    const std::size_t close = line.find_first_of("()", open + 1);
    if (close == std::string_view::npos) break;
    if (line[close] == ')') {
      out += line.substr(copied, open - copied);
      out += ' ';
      copied = close + 1;
    }
    open = line.find("(Source:", close);
  }
  out += line.substr(copied);
  return out;
}

std::string clean_once(std::string_view text) {
  const std::string visible =
      strip_markdown(strip_bbcode(strip_html(plain_characters(decode_entities(text)))));
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin <= visible.size();) {
    const std::size_t end = std::min(visible.find('\n', begin), visible.size());
    std::string line =
        collapse(without_inner_credits(std::string_view(visible).substr(begin, end - begin)));
    if (!line.empty()) lines.push_back(std::move(line));
    begin = end + 1;
  }
  bool last = true;
  for (std::size_t i = lines.size(); i > 0; --i) {
    std::string& line = lines[i - 1];
    line = strip_credits(line, last);
    if (!line.empty()) last = false;
  }
  std::string out;
  out.reserve(visible.size());
  for (const std::string& line : lines) {
    if (line.empty()) continue;
    if (!out.empty()) out += '\n';
    out += line;
  }
  return to_nfc(out);
}

}  // namespace

std::string clean_synopsis(std::string_view text) {
  std::string cleaned = clean_once(text);
  // What one round uncovers ("&lt;b&gt;") the next one cleans; honest texts need one.
  for (int round = 1; round < kMaxRounds; ++round) {
    std::string again = clean_once(cleaned);
    if (again == cleaned) break;
    cleaned = std::move(again);
  }
  return cleaned;
}

std::string clean_line(std::string_view text) {
  std::string plain = plain_characters(text);
  std::replace(plain.begin(), plain.end(), '\n', ' ');
  return to_nfc(collapse(plain));
}

}  // namespace anireco
