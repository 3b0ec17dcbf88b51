#include "catalog/json_fields.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cmath>

#include "base/error.h"

namespace anireco::json_detail {
namespace {

[[noreturn]] void fail_at(const std::string& path, std::string_view reason) {
  throw Error(ErrorKind::invalid_argument, fmt::format("{}: {}", path, reason));
}

int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool is_date(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  const int year = digits(text, 0, 4);
  if (year < 1850 || year > 2200) return false;
  if (text.size() >= 7) {
    const int month = digits(text, 5, 2);
    if (text[4] != '-' || month < 1 || month > 12) return false;
  }
  if (text.size() == 10) {
    const int day = digits(text, 8, 2);
    if (text[7] != '-' || day < 1 || day > 31) return false;
  }
  return true;
}

std::string shown(std::string_view text) {
  std::string out;
  for (char c : text.substr(0, 40)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte >= 0x20 && byte < 0x7F ? c : '?';
  }
  return out;
}

}  // namespace

std::string Fields::path_of(std::string_view key) const {
  return path_.empty() ? shown(key) : path_ + "." + shown(key);
}

void Fields::fail(std::string_view key, const std::string& reason) const {
  fail_at(path_of(key), reason);
}

const json::value* Fields::find(std::string_view key) const {
  const json::value* value = object_.if_contains(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string checked_string(const json::value& value, const std::string& path,
                           std::size_t max_bytes) {
  const json::string* text = value.if_string();
  if (text == nullptr) fail_at(path, "must be a string");
  if (text->size() > max_bytes) {
    fail_at(path, fmt::format("is longer than {} bytes", max_bytes));
  }
  if (text->find('\0') != json::string::npos) fail_at(path, "holds a zero character");
  return std::string(text->data(), text->size());
}

std::string Fields::text(std::string_view key, std::size_t max_bytes) const {
  const json::value* value = find(key);
  if (value == nullptr) return {};
  return checked_string(*value, path_of(key), max_bytes);
}

double Fields::real(std::string_view key, double max) const {
  const json::value* value = find(key);
  if (value == nullptr) return 0;
  if (!value->is_number()) fail(key, "must be a number");
  const double number = value->to_number<double>();
  if (!std::isfinite(number) || number < 0 || number > max) {
    fail(key, fmt::format("must lie between 0 and {}", max));
  }
  return number;
}

std::uint32_t Fields::number(std::string_view key, std::uint32_t max) const {
  const double value = real(key, max);
  if (value != std::floor(value)) fail(key, "must be a whole number");
  return static_cast<std::uint32_t>(value);
}

bool Fields::flag(std::string_view key) const {
  const json::value* value = find(key);
  if (value == nullptr) return false;
  if (!value->is_bool()) fail(key, "must be true or false");
  return value->get_bool();
}

const json::array* Fields::array(std::string_view key) const {
  const json::value* value = find(key);
  if (value == nullptr) return nullptr;
  const json::array* items = value->if_array();
  if (items == nullptr) fail(key, "must be a list");
  if (items->size() > kMaxItems) fail(key, fmt::format("has more than {} items", kMaxItems));
  return items;
}

std::vector<std::string> Fields::list(std::string_view key) const {
  std::vector<std::string> out;
  const json::array* items = array(key);
  if (items == nullptr) return out;
  out.reserve(items->size());
  const std::string path = path_of(key);
  for (const json::value& item : *items) {
    std::string text = checked_string(item, path, kMaxString);
    if (!text.empty()) out.push_back(std::move(text));
  }
  return out;
}

std::optional<Fields> Fields::object(std::string_view key) const {
  const json::value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const json::object* inner = value->if_object();
  if (inner == nullptr) fail(key, "must be an object");
  if (inner->size() > kMaxItems) fail(key, fmt::format("has more than {} keys", kMaxItems));
  return Fields(*inner, path_of(key));
}

std::string Fields::date(std::string_view key) const {
  std::string value = text(key, 64);
  if (const std::size_t time = value.find('T'); time == 10) value.resize(10);
  if (!value.empty() && !is_date(value)) {
    fail(key, "must be a date such as 1998, 1998-04 or 1998-04-03");
  }
  return value;
}

std::string Fields::url(std::string_view key) const {
  std::string value = text(key);
  if (value.empty()) return value;
  const bool scheme = value.starts_with("https://") || value.starts_with("http://");
  const bool clean = std::ranges::none_of(value, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '\'' || c == '<' || c == '>' ||
           c == '\\' || c == 0x7F;
  });
  if (!scheme || !clean) fail(key, "must be an http or https address");
  return value;
}

float Fields::score(std::string_view key) const {
  const double value = real(key, 10);
  return static_cast<float>(std::round(value * 100) / 100);
}

void Fields::warn_unknown(std::initializer_list<std::string_view> known,
                          std::vector<std::string>& warnings) const {
  for (const auto& member : object_) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::ranges::find(known, key) == known.end() && warnings.size() < 20) {
      warnings.push_back(fmt::format("unknown key \"{}\"", path_of(key)));
    }
  }
}

std::vector<Tag> read_tags(const Fields& fields, std::string_view key,
                           std::vector<std::string>& warnings) {
  std::vector<Tag> out;
  const json::array* items = fields.array(key);
  if (items == nullptr) return out;
  out.reserve(items->size());
  const std::string path = fields.path_of(key);
  for (const json::value& item : *items) {
    Tag tag;
    if (const json::object* object = item.if_object()) {
      const Fields inner(*object, path);
      inner.warn_unknown({"name", "spoiler"}, warnings);
      tag.name = inner.text("name");
      tag.spoiler = inner.flag("spoiler");
    } else {
      tag.name = checked_string(item, path, kMaxString);
    }
    if (!tag.name.empty()) out.push_back(std::move(tag));
  }
  return out;
}

}  // namespace anireco::json_detail
