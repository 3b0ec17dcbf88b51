#include "api/url.h"

#include <algorithm>

#include "api/problem.h"
#include "text/unicode.h"

namespace anireco {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode_or_refuse(std::string_view text, bool plus_is_space, const char* what) {
  auto decoded = percent_decode(text, plus_is_space);
  if (!decoded) throw Problem(400, std::string(what) + ": a percent sign needs two hex digits");
  if (!is_valid_utf8(*decoded)) throw Problem(400, std::string(what) + ": not UTF-8");
  return *std::move(decoded);
}

void check_path(std::string_view path) {
  if (std::ranges::any_of(path, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\';
      })) {
    throw Problem(400, "path: control characters and backslashes are not allowed");
  }
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "." || segment == "..") {
      throw Problem(400, "path: relative segments are not allowed");
    }
    begin = end + 1;
  }
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

Target parse_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const std::size_t end = target.find_first_of("/?", scheme.size());
    if (end == std::string_view::npos) return {"/", {}};
    target.remove_prefix(end);
    break;
  }
  if (target.find('#') != std::string_view::npos) {
    throw Problem(400, "target: a fragment does not belong into a request");
  }
  const std::size_t mark = target.find('?');
  const std::string_view raw_path = target.substr(0, mark);
  Target out;
  if (!raw_path.starts_with('/')) throw Problem(400, "target: must begin with /");
  out.path = decode_or_refuse(raw_path, false, "path");
  check_path(out.path);
  if (mark == std::string_view::npos) return out;
  std::string_view rest = target.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string name = decode_or_refuse(pair.substr(0, equals), true, "query");
    if (name.empty()) throw Problem(400, "query: a parameter without a name");
    std::string value =
        decode_or_refuse(pair.substr(std::min(equals + 1, pair.size())), true, "query");
    out.query.emplace_back(std::move(name), std::move(value));
  }
  return out;
}

}  // namespace anireco
