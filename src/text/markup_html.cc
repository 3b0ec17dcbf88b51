#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text/markup.h"
#include "text/markup_scan.h"
#include "text/unicode.h"

namespace anireco {
namespace {

using namespace markup;

constexpr auto kEntities = std::to_array<std::pair<std::string_view, char32_t>>({
    {"AElig", 0xc6},   {"Aacute", 0xc1},  {"Agrave", 0xc0},   {"Auml", 0xc4},
    {"Ccedil", 0xc7},  {"Eacute", 0xc9},  {"Ntilde", 0xd1},   {"OElig", 0x152},
    {"Oacute", 0xd3},  {"Ouml", 0xd6},    {"Uacute", 0xda},   {"Uuml", 0xdc},
    {"aacute", 0xe1},  {"acirc", 0xe2},   {"acute", 0xb4},    {"aelig", 0xe6},
    {"agrave", 0xe0},  {"amp", '&'},      {"apos", '\''},     {"aring", 0xe5},
    {"atilde", 0xe3},  {"auml", 0xe4},    {"bull", 0x2022},   {"ccedil", 0xe7},
    {"cent", 0xa2},    {"copy", 0xa9},    {"darr", 0x2193},   {"deg", 0xb0},
    {"divide", 0xf7},  {"eacute", 0xe9},  {"ecirc", 0xea},    {"egrave", 0xe8},
    {"emsp", 0x2003},  {"ensp", 0x2002},  {"euml", 0xeb},     {"euro", 0x20ac},
    {"frac12", 0xbd},  {"gt", '>'},       {"hearts", 0x2665}, {"hellip", 0x2026},
    {"iacute", 0xed},  {"icirc", 0xee},   {"iexcl", 0xa1},    {"igrave", 0xec},
    {"infin", 0x221e}, {"iquest", 0xbf},  {"iuml", 0xef},     {"laquo", 0xab},
    {"larr", 0x2190},  {"ldquo", 0x201c}, {"lsquo", 0x2018},  {"lt", '<'},
    {"mdash", 0x2014}, {"middot", 0xb7},  {"nbsp", 0xa0},     {"ndash", 0x2013},
    {"ntilde", 0xf1},  {"oacute", 0xf3},  {"ocirc", 0xf4},    {"oelig", 0x153},
    {"ograve", 0xf2},  {"oslash", 0xf8},  {"otilde", 0xf5},   {"ouml", 0xf6},
    {"para", 0xb6},    {"pound", 0xa3},   {"quot", '"'},      {"raquo", 0xbb},
    {"rarr", 0x2192},  {"rdquo", 0x201d}, {"reg", 0xae},      {"rsquo", 0x2019},
    {"sect", 0xa7},    {"shy", 0xad},     {"szlig", 0xdf},    {"thinsp", 0x2009},
    {"tilde", 0x2dc},  {"times", 0xd7},   {"trade", 0x2122},  {"uacute", 0xfa},
    {"ucirc", 0xfb},   {"ugrave", 0xf9},  {"uuml", 0xfc},     {"yen", 0xa5},
    {"zwj", 0x200d},   {"zwnj", 0x200c},
});
static_assert(std::is_sorted(kEntities.begin(), kEntities.end()));

constexpr auto kInlineTags = std::to_array<std::string_view>(
    {"a",     "abbr", "b",      "big",    "center", "cite", "code", "em", "font", "i",
     "img",   "ins",  "kbd",    "label",  "mark",   "q",    "rp",   "rt", "ruby", "s",
     "small", "span", "strike", "strong", "sub",    "sup",  "tt",   "u",  "del",  "wbr"});
constexpr auto kBlockTags = std::to_array<std::string_view>(
    {"article", "aside", "blockquote", "body", "br",    "dd", "div", "dl",   "dt",
     "footer",  "h1",    "h2",         "h3",   "h4",    "h5", "h6",  "head", "header",
     "hr",      "html",  "li",         "main", "nav",   "ol", "p",   "pre",  "section",
     "table",   "tbody", "td",         "th",   "thead", "tr", "ul"});
struct Entity {
  char32_t value;
  std::size_t bytes;  ///< Behind the "&", with the ";".
};

std::optional<Entity> read_entity(std::string_view rest) {
  const std::size_t end = rest.substr(0, 12).find(';');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string_view name = rest.substr(0, end);
  if (name[0] != '#') {
    const auto found = std::lower_bound(
        kEntities.begin(), kEntities.end(), name,
        [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
    if (found == kEntities.end() || found->first != name) return std::nullopt;
    return Entity{found->second, end + 1};
  }
  const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
  const std::string_view digits = name.substr(hex ? 2 : 1);
  if (digits.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : digits) {
    std::uint64_t digit = 0;
    if (is_digit(c)) {
      digit = static_cast<std::uint64_t>(c - '0');
    } else if (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
      digit = static_cast<std::uint64_t>((c | 0x20) - 'a') + 10;
    } else {
      return std::nullopt;
    }
    value = value * (hex ? 16 : 10) + digit;
  }
  if (value == 0 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return std::nullopt;
  return Entity{static_cast<char32_t>(value), end + 1};
}

/// A tag at the start of `rest` ("<name …>", "</name>"). Attributes need an "=", so that
/// "<I am here>" is none.
std::optional<Tag> read_html_tag(std::string_view rest) {
  const std::size_t end = rest.substr(0, kMaxTagBytes).find('>');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view inside = rest.substr(1, end - 1);
  Tag tag;
  tag.bytes = end + 1;
  if (inside.starts_with('/')) {
    tag.closing = true;
    inside.remove_prefix(1);
  }
  std::size_t length = 0;
  while (length < inside.size() && (is_alpha(inside[length]) || is_digit(inside[length]))) ++length;
  tag.name = ascii_lower(inside.substr(0, length));
  inside.remove_prefix(length);
  const bool blank =
      std::all_of(inside.begin(), inside.end(), [](char c) { return is_space(c) || c == '/'; });
  if (length == 0 || (!blank && inside.find('=') == std::string_view::npos)) return std::nullopt;
  return tag;
}

}  // namespace

std::string decode_entities(std::string_view text) {
  if (text.find('&') == std::string_view::npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '&') {
      out += text[i++];
      continue;
    }
    ++i;
    auto entity = read_entity(text.substr(i));
    // "&amp;amp;lt;" was escaped three times.
    while (entity && entity->value == '&') {
      i += entity->bytes;
      entity = read_entity(text.substr(i));
    }
    if (entity) {
      append_utf8(out, entity->value);
      i += entity->bytes;
    } else {
      out += '&';
    }
  }
  return out;
}

std::string strip_html(std::string_view text) {
  if (text.find('<') == std::string_view::npos) return std::string(text);
  const std::string lowered = ascii_lower(text);
  Closer comment("-->");
  Closer script("</script>");
  Closer style("</style>");
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '<') {
      out += text[i++];
      continue;
    }
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("<!--")) {
      if (const auto after = comment.after(lowered, i + 4)) {
        i = *after;
        continue;
      }
    }
    const auto tag = read_html_tag(rest);
    if (tag && (tag->name == "script" || tag->name == "style")) {
      i += tag->bytes;
      Closer& closer = tag->name == "script" ? script : style;
      if (const auto after = tag->closing ? std::nullopt : closer.after(lowered, i)) i = *after;
    } else if (tag && contains(kBlockTags, tag->name)) {
      out += '\n';
      i += tag->bytes;
    } else if (tag && contains(kInlineTags, tag->name)) {
      i += tag->bytes;
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace anireco
