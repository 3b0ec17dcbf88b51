#include "api/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <cmath>
#include <unordered_set>

#include "text/unicode.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 16;

/// Looks only for keys that one object has twice, which the tree that is built keeps silent about.
struct DuplicateKeyFinder {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  std::vector<std::unordered_set<std::string>> objects;
  std::string key;
  std::string duplicate;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    objects.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    objects.pop_back();
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    key.append(part.data(), part.size());
    if (!objects.back().insert(key).second && duplicate.empty()) duplicate = key;
    key.clear();
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

json::parse_options parse_options() {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  return options;
}

std::string view_of(const json::string& text) { return std::string(text.data(), text.size()); }

/// Integers may be written as 20.0.
std::optional<std::int64_t> whole_number(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_double()) {
    const double number = value.get_double();
    if (std::abs(number) <= 9e15 && number == std::floor(number)) {
      return static_cast<std::int64_t>(number);
    }
  }
  return std::nullopt;
}

std::optional<double> any_number(const json::value& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (value.is_double()) return value.get_double();
  return std::nullopt;
}

}  // namespace

JsonBody::JsonBody(std::string_view text) {
  json::error_code error;
  value_ = std::make_unique<json::value>(
      json::parse(json::string_view(text.data(), text.size()), error, {}, parse_options()));
  if (error) throw Problem(400, "body: not JSON: " + error.message());
  json::basic_parser<DuplicateKeyFinder> finder(parse_options());
  finder.write_some(false, text.data(), text.size(), error);
  if (const std::string& key = finder.handler().duplicate; !key.empty()) {
    throw Problem(400,
                  "body: the key \"" + std::string(truncate_utf8(key, 60)) + "\" is given twice");
  }
  if (!value_->is_object()) throw invalid_field("body", "must be a JSON object");
}

JsonBody::~JsonBody() = default;

const json::object& JsonBody::object() const { return value_->get_object(); }

ObjectReader::ObjectReader(const json::object& object, FieldErrors& errors)
    : ObjectReader(object, errors, Options{}) {}

ObjectReader::ObjectReader(const json::object& object, FieldErrors& errors, Options options)
    : object_(object), errors_(errors), options_(std::move(options)) {}

std::string ObjectReader::field(std::string_view name) const {
  return options_.path + std::string(name);
}

const json::value* ObjectReader::find(std::string_view name) {
  known_.emplace_back(name);
  const json::value* value = object_.if_contains(json::string_view(name.data(), name.size()));
  if (value != nullptr && value->is_null() && options_.null_is_absent) return nullptr;
  return value;
}

bool ObjectReader::has(std::string_view name) const {
  const json::value* value = object_.if_contains(json::string_view(name.data(), name.size()));
  return value != nullptr && !value->is_null();
}

std::optional<std::string> ObjectReader::text(std::string_view name, const TextRules& rules) {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    errors_.add(field(name), "must be a text");
    return std::nullopt;
  }
  std::string text = view_of(value->get_string());
  if (!check_text(text, rules, field(name), errors_)) return std::nullopt;
  return text;
}

std::vector<std::string> ObjectReader::texts(std::string_view name, const TextRules& rules,
                                             std::size_t max_count) {
  const json::value* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_array()) {
    errors_.add(field(name), "must be a list of texts");
    return {};
  }
  const json::array& items = value->get_array();
  if (items.size() > max_count) {
    errors_.add(field(name),
                fmt::format("has {} items; at most {} are allowed", items.size(), max_count));
    return {};
  }
  std::vector<std::string> texts;
  texts.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string place = fmt::format("{}[{}]", field(name), i);
    if (!items[i].is_string()) {
      errors_.add(place, "must be a text");
      continue;
    }
    std::string text = view_of(items[i].get_string());
    if (check_text(text, rules, place, errors_)) texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::string> ObjectReader::text_or_texts(std::string_view name, const TextRules& rules,
                                                     std::size_t max_count) {
  const json::value* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_string()) return texts(name, rules, max_count);
  if (const auto one = text(name, rules)) return {*one};
  return {};
}

std::optional<bool> ObjectReader::boolean(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) {
    errors_.add(field(name), "must be true or false");
    return std::nullopt;
  }
  return value->get_bool();
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view name, const Bounds& bounds) {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = whole_number(*value);
  if (!number) {
    errors_.add(field(name),
                any_number(*value)
                    ? fmt::format("must be a whole number from {} to {}", bounds.min, bounds.max)
                    : std::string("must be a whole number"));
    return std::nullopt;
  }
  if (!check_bounds(static_cast<double>(*number), bounds, field(name), errors_)) {
    return std::nullopt;
  }
  return number;
}

std::optional<double> ObjectReader::number(std::string_view name, const Bounds& bounds) {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = any_number(*value);
  if (!number) {
    errors_.add(field(name), "must be a number");
    return std::nullopt;
  }
  if (!check_bounds(*number, bounds, field(name), errors_)) return std::nullopt;
  return number;
}

Range ObjectReader::range(std::string_view name, const Bounds& bounds, bool whole) {
  Range range;
  const auto bound = [&](ObjectReader& reader, std::string_view key) -> std::optional<double> {
    if (!whole) return reader.number(key, bounds);
    const auto value = reader.integer(key, bounds);
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
  };
  child(name, [&](ObjectReader& reader) {
    range.min = bound(reader, "min");
    range.max = bound(reader, "max");
  });
  if (!check_range(range, field(name), errors_)) return {};
  return range;
}

void ObjectReader::child(std::string_view name, const std::function<void(ObjectReader&)>& read) {
  const json::value* value = find(name);
  if (value == nullptr) return;
  if (!value->is_object()) {
    errors_.add(field(name), "must be an object");
    return;
  }
  ObjectReader reader(value->get_object(), errors_, {.path = field(name) + "."});
  read(reader);
  reader.finish();
}

void ObjectReader::children(std::string_view name, std::size_t max_count,
                            const std::function<void(ObjectReader&)>& read) {
  const json::value* value = find(name);
  if (value == nullptr) return;
  if (!value->is_array()) {
    errors_.add(field(name), "must be a list of objects");
    return;
  }
  const json::array& items = value->get_array();
  if (items.size() > max_count) {
    errors_.add(field(name),
                fmt::format("has {} items; at most {} are allowed", items.size(), max_count));
    return;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string place = fmt::format("{}[{}]", field(name), i);
    if (!items[i].is_object()) {
      errors_.add(place, "must be an object");
      continue;
    }
    ObjectReader reader(items[i].get_object(), errors_, {.path = place + "."});
    read(reader);
    reader.finish();
  }
}

void ObjectReader::finish() {
  for (const auto& pair : object_) {
    const std::string_view key(pair.key().data(), pair.key().size());
    if (std::ranges::find(known_, key) == known_.end()) {
      errors_.add(field(truncate_utf8(key, 60)), "unknown field");
    }
  }
}

}  // namespace anireco
