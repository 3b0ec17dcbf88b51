#include "text/markup.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text/markup_scan.h"

namespace anireco {
namespace {

using namespace markup;

constexpr auto kBbTags = std::to_array<std::string_view>(
    {"align",   "anime", "b",      "center", "character", "code",    "color",
     "comment", "div",   "entry",  "font",   "hr",        "i",       "img",
     "justify", "left",  "list",   "manga",  "person",    "poster",  "quote",
     "ranobe",  "right", "s",      "size",   "span",      "spoiler", "spoiler_block",
     "sub",     "sup",   "table",  "td",     "tr",        "u",       "url",
     "user",    "video", "youtube"});
constexpr auto kBbDroppedContent = std::to_array<std::string_view>(
    {"img", "poster", "spoiler", "spoiler_block", "video", "youtube"});

std::optional<Tag> read_bb_tag(std::string_view rest) {
  const std::size_t end = rest.substr(0, kMaxTagBytes).find(']');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view inside = rest.substr(1, end - 1);
  Tag tag;
  tag.bytes = end + 1;
  if (inside.starts_with('/')) {
    tag.closing = true;
    inside.remove_prefix(1);
  }
  const std::string_view name = inside.substr(0, inside.find_first_of("= "));
  if (name.size() == 1 && !(name[0] >= 'a' && name[0] <= 'z')) return std::nullopt;
  if (name.size() < inside.size() && inside.find('=') == std::string_view::npos) {
    return std::nullopt;
  }
  tag.name = ascii_lower(name);
  if (!contains(kBbTags, tag.name)) return std::nullopt;
  return tag;
}

}  // namespace

std::string strip_bbcode(std::string_view text) {
  if (text.find('[') == std::string_view::npos) return std::string(text);
  const std::string lowered = ascii_lower(text);
  std::array<Closer, kBbDroppedContent.size()> closers = {
      Closer("[/img]"),           Closer("[/poster]"), Closer("[/spoiler]"),
      Closer("[/spoiler_block]"), Closer("[/video]"),  Closer("[/youtube]")};
  std::array<std::size_t, 26> last_close{};
  for (std::size_t at = lowered.find("[/"); at != std::string::npos;
       at = lowered.find("[/", at + 2)) {
    const std::string_view rest = std::string_view(lowered).substr(at + 2, 2);
    if (rest.size() == 2 && is_alpha(rest[0]) && rest[1] == ']') {
      last_close[static_cast<std::size_t>(rest[0] - 'a')] = at;
    }
  }
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (text[i] != '[') {
      out += text[i++];
      continue;
    }
    if (rest.starts_with("[*]")) {
      i += 3;
      continue;
    }
    if (rest.starts_with("[[")) {  // A link by name of some wikis: "[[Name]]".
      const std::size_t end = rest.substr(0, kMaxTagBytes).find_first_of("[]\n", 2);
      if (end != std::string_view::npos && rest.substr(end).starts_with("]]")) {
        out += rest.substr(2, end - 2);
        i += end + 2;
        continue;
      }
    }
    const auto tag = read_bb_tag(rest);
    if (!tag) {
      out += text[i++];
      continue;
    }
    const auto* dropped = std::find(kBbDroppedContent.begin(), kBbDroppedContent.end(), tag->name);
    if (tag->name.size() == 1 && !tag->closing &&
        last_close[static_cast<std::size_t>(tag->name[0] - 'a')] <= i) {
      out += text[i++];
      continue;
    }
    i += tag->bytes;
    if (dropped != kBbDroppedContent.end() && !tag->closing) {
      const auto at = static_cast<std::size_t>(dropped - kBbDroppedContent.begin());
      if (const auto after = closers[at].after(lowered, i)) i = *after;
    }
  }
  return out;
}

namespace {

/// "[text](address)" at the start of `rest`: the bytes of the text, and of the whole.
std::optional<std::pair<std::size_t, std::size_t>> read_link(std::string_view rest) {
  const std::size_t close = rest.substr(0, kMaxTagBytes).find_first_of("]\n", 1);
  if (close == std::string_view::npos || !rest.substr(close).starts_with("](")) return std::nullopt;
  const std::string_view address = rest.substr(close + 2, kMaxTagBytes);
  if (!address.starts_with("http") && !address.starts_with('/')) return std::nullopt;
  const std::size_t end = address.find_first_of(") \n");
  if (end == std::string_view::npos || address[end] != ')') return std::nullopt;
  return std::pair{close - 1, close + 2 + end + 1};
}

bool is_rule(std::string_view line) {
  return line.size() >= 3 && std::all_of(line.begin(), line.end(), [&](char c) {
           return (c == '-' || c == '*' || c == '_' || c == '=' || c == '~') && c == line[0];
         });
}

/// Emphasis around words: a mark with no word character before it and no space behind it, and a
/// partner on the same line for which it is the other way round.
std::string strip_emphasis(std::string_view line, std::string_view mark) {
  std::string out;
  std::size_t copied = 0;
  std::size_t open = line.find(mark);
  while (open != std::string_view::npos) {
    const std::size_t inside = open + mark.size();
    const std::size_t close = line.find(mark, inside);
    if (close == std::string_view::npos) break;
    const std::size_t after = close + mark.size();
    const bool opens = (open == 0 || !is_word(line[open - 1])) && !is_space(line[inside]);
    const bool closes = close > inside && !is_space(line[close - 1]) &&
                        (after == line.size() || !is_word(line[after]));
    if (opens && closes) {
      out += line.substr(copied, open - copied);
      out += line.substr(inside, close - inside);
      copied = after;
      open = line.find(mark, after);
    } else {
      open = close;
    }
  }
  out += line.substr(copied);
  return out;
}

std::string strip_line(std::string_view line) {
  if (is_rule(line)) return {};
  const std::size_t hashes = line.find_first_not_of('#');
  if (hashes != std::string_view::npos && hashes > 0 && hashes <= 6 && line[hashes] == ' ') {
    line.remove_prefix(hashes + 1);
  }
  const std::size_t last_close = line.rfind("](");
  std::string out;
  for (std::size_t i = 0; i < line.size();) {
    const char c = line[i];
    if (c == '\\' && i + 1 < line.size() &&
        std::string_view("*_~`[]()#!\\>").find(line[i + 1]) != std::string_view::npos) {
      ++i;
    } else if (c == '[' && last_close != std::string_view::npos && i < last_close) {
      if (const auto link = read_link(line.substr(i))) {
        out += line.substr(i + 1, link->first);
        i += link->second;
        continue;
      }
    } else if (c == '`') {
      // A grave accent between letters was meant as an apostrophe.
      if (i > 0 && is_word(line[i - 1]) && i + 1 < line.size() && is_word(line[i + 1])) out += '\'';
      ++i;
      continue;
    }
    out += line[i++];
  }
  for (const std::string_view mark : {"***", "**", "__", "~~", "*", "_"}) {
    if (out.find(mark) != std::string::npos) out = strip_emphasis(out, mark);
  }
  return out;
}

}  // namespace

std::string strip_markdown(std::string_view text) {
  if (text.find_first_of("*_~`[\\#-=") == std::string_view::npos) return std::string(text);
  std::string visible;
  visible.reserve(text.size());
  Closer spoiler("!~");
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with("~!")) {
      if (const auto after = spoiler.after(text, i + 2)) {
        i = *after;
        continue;
      }
    }
    visible += text[i++];
  }
  std::string out;
  out.reserve(visible.size());
  for (std::size_t begin = 0; begin <= visible.size();) {
    const std::size_t end = std::min(visible.find('\n', begin), visible.size());
    out += strip_line(std::string_view(visible).substr(begin, end - begin));
    if (end < visible.size()) out += '\n';
    begin = end + 1;
  }
  return out;
}

}  // namespace anireco
