#include "gather/form_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>
#include <set>
#include <utility>

#include "text/clean.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostLines = 200;

struct Expected {
  std::set<std::string, std::less<>> types = {};
  bool optional = false;
  std::string parent = {};  ///< Path of the object that holds it; empty at the top.
};

struct Found {
  std::map<std::string, std::size_t, std::less<>> types = {};
  std::size_t count = 0;
};

std::string_view type_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "boolean";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return "number";
    case json::kind::string:
      return "string";
    case json::kind::array:
      return "list";
    case json::kind::object:
      return "object";
  }
  return "null";
}

std::map<std::string, Expected> read_form(std::string_view form) {
  std::map<std::string, Expected> out;
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('\n'), form.size());
    const std::string_view line = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    Expected expected;
    std::string path(line.substr(0, colon));
    if (path.ends_with('?')) {
      expected.optional = true;
      path.pop_back();
    }
    std::string_view words = line.substr(colon + 2);
    while (!words.empty()) {
      const std::size_t space = std::min(words.find(' '), words.size());
      expected.types.emplace(words.substr(0, space));
      words.remove_prefix(std::min(space + 1, words.size()));
    }
    const std::size_t dot = path.rfind('.');
    if (dot != std::string::npos) expected.parent = path.substr(0, dot);
    out.emplace(std::move(path), std::move(expected));
  }
  return out;
}

class Walk {
 public:
  explicit Walk(const std::map<std::string, Expected>& expected) : expected_(expected) {}

  void visit(const json::value& value, const std::string& path) {
    Found& found = found_[path];
    ++found.count;
    ++found.types[std::string(type_of(value))];
    const auto at = expected_.find(path);
    // Inside of what is new or may be anything there is nothing to compare.
    if (!path.empty() && !path.ends_with("[]")) {
      if (at == expected_.end() || at->second.types.contains("any")) return;
    }
    if (const json::object* object = value.if_object()) {
      for (const auto& member : *object) {
        if (found_.size() > 5000) return;
        const std::string key = clean_line(std::string_view(member.key()).substr(0, 60));
        visit(member.value(), path.empty() ? key : path + "." + key);
      }
    } else if (const json::array* list = value.if_array()) {
      for (const json::value& item : *list) visit(item, path + "[]");
    }
  }

  const std::map<std::string, Found>& found() const { return found_; }

 private:
  const std::map<std::string, Expected>& expected_;
  std::map<std::string, Found> found_;
};

/// How many objects of this path there are.
std::size_t objects_at(const std::map<std::string, Found>& found, const std::string& path) {
  const auto at = found.find(path);
  if (at == found.end()) return 0;
  const auto objects = at->second.types.find("object");
  return objects == at->second.types.end() ? 0 : objects->second;
}

}  // namespace

std::vector<std::string> check_form(std::string_view body, std::string_view form) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 32;
  const json::value document =
      json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  if (error) return {"the answer is not JSON"};
  if (!document.is_object()) return {"the answer is no JSON object"};
  const std::map<std::string, Expected> expected = read_form(form);
  Walk walk(expected);
  walk.visit(document, "");
  std::vector<std::string> lines;
  const auto add = [&](std::string line) {
    if (lines.size() < kMostLines) lines.push_back(std::move(line));
  };
  for (const auto& [path, field] : expected) {
    if (path.ends_with("[]")) continue;
    const std::size_t parents = objects_at(walk.found(), field.parent);
    const auto at = walk.found().find(path);
    const std::size_t count = at == walk.found().end() ? 0 : at->second.count;
    if (count >= parents || (field.optional && count > 0)) continue;
    if (field.optional) {
      // Rare fields are missing from short pages; from a long one it is worth a word.
      if (parents >= 10) add(fmt::format("{}: on none of {}", path, parents));
    } else if (count == 0) {
      add(fmt::format("{}: missing", path));
    } else {
      add(fmt::format("{}: missing from {} of {}", path, parents - count, parents));
    }
  }
  for (const auto& [path, found] : walk.found()) {
    if (path.empty()) continue;
    const auto at = expected.find(path);
    if (at == expected.end()) {
      if (!path.ends_with("[]")) add(fmt::format("{}: new", path));
      continue;
    }
    if (at->second.types.contains("any")) continue;
    for (const auto& [type, count] : found.types) {
      if (at->second.types.contains(type)) continue;
      add(fmt::format("{}: {} where {} is expected", path, type,
                      fmt::join(at->second.types, " or ")));
    }
  }
  return lines;
}

}  // namespace anireco
