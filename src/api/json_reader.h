#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/field_rules.h"

namespace boost::json {
class object;
class value;
}  // namespace boost::json

namespace anireco {

/// A request body as JSON. Throws Problem 400 for broken JSON, wrong UTF-8, nesting beyond 16
/// levels, a key that is given twice; Problem 422 when it is no object.
class JsonBody {
 public:
  explicit JsonBody(std::string_view text);
  ~JsonBody();
  JsonBody(const JsonBody&) = delete;
  JsonBody& operator=(const JsonBody&) = delete;

  const boost::json::object& object() const;

 private:
  std::unique_ptr<boost::json::value> value_;
};

/// Reads the fields of one object strictly: each by name and kind, and what was not asked for is
/// an error. A field of the wrong kind adds an error and counts as absent. Not thread-safe; borrows
/// the object and the errors.
class ObjectReader {
 public:
  struct Options {
    std::string path;  ///< Of this object within the body, with its final dot.
    bool null_is_absent = false;
  };
  ObjectReader(const boost::json::object& object, FieldErrors& errors);
  ObjectReader(const boost::json::object& object, FieldErrors& errors, Options options);

  std::optional<std::string> text(std::string_view name, const TextRules& rules);
  std::vector<std::string> texts(std::string_view name, const TextRules& rules,
                                 std::size_t max_count);
  /// One text or a list of them.
  std::vector<std::string> text_or_texts(std::string_view name, const TextRules& rules,
                                         std::size_t max_count);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, const Bounds& bounds);
  std::optional<double> number(std::string_view name, const Bounds& bounds);
  /// {"min": …, "max": …}.
  Range range(std::string_view name, const Bounds& bounds, bool whole);
  /// Reads a nested object where there is one; what `read` leaves unread is an error.
  void child(std::string_view name, const std::function<void(ObjectReader&)>& read);
  void children(std::string_view name, std::size_t max_count,
                const std::function<void(ObjectReader&)>& read);
  bool has(std::string_view name) const;

  template <typename Parse>
  auto choice(std::string_view name, Parse parse) -> decltype(parse(std::string_view())) {
    const auto word = text(name, kNameRules);
    if (!word) return {};
    auto value = parse(std::string_view(*word));
    if (!value) errors_.add(field(name), "unknown value");
    return value;
  }
  template <typename T, typename Parse>
  std::vector<T> choices(std::string_view name, Parse parse) {
    std::vector<T> values;
    for (const std::string& word : texts(name, kNameRules, kMaxValues)) {
      if (const auto value = parse(std::string_view(word))) {
        values.push_back(*value);
      } else {
        errors_.add(field(name), "unknown value \"" + word + "\"");
      }
    }
    return values;
  }

  std::string field(std::string_view name) const;
  FieldErrors& errors() { return errors_; }
  /// Adds an error for every field that was not read.
  void finish();

 private:
  const boost::json::value* find(std::string_view name);

  const boost::json::object& object_;
  FieldErrors& errors_;
  Options options_;
  std::vector<std::string> known_;
};

}  // namespace anireco
