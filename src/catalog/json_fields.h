#pragma once

// Internal to the readers of anime_json: needs Boost.JSON, so no public header includes it.

#include <boost/json/object.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime_json.h"

namespace anireco::json_detail {

namespace json = boost::json;

inline constexpr std::size_t kMaxString = 2000;
inline constexpr std::size_t kMaxText = 20000;
inline constexpr std::size_t kMaxItems = 500;

/// Reads the fields of one object by name. Null counts as absent. Every error is
/// Error{invalid_argument} with the field's path in front.
class Fields {
 public:
  Fields(const json::object& object, std::string path) : object_(object), path_(std::move(path)) {}

  /// "titles.english" for key "english" of the object at "titles".
  std::string path_of(std::string_view key) const;
  [[noreturn]] void fail(std::string_view key, const std::string& reason) const;

  /// nullptr when absent or null.
  const json::value* find(std::string_view key) const;
  std::string text(std::string_view key, std::size_t max_bytes = kMaxString) const;
  /// Rounded to the nearest whole number only if it is one already; absent is 0.
  std::uint32_t number(std::string_view key, std::uint32_t max) const;
  std::uint16_t small(std::string_view key, std::uint16_t max) const {
    return static_cast<std::uint16_t>(number(key, max));
  }
  double real(std::string_view key, double max) const;
  bool flag(std::string_view key) const;
  std::vector<std::string> list(std::string_view key) const;
  /// nullptr when absent.
  const json::array* array(std::string_view key) const;
  std::optional<Fields> object(std::string_view key) const;
  /// Calls visit(key, Fields or value) for the object's members.
  const json::object& raw() const { return object_; }
  /// ISO 8601 date of one to three parts; a time of day after it is cut off.
  std::string date(std::string_view key) const;
  /// http or https, without spaces, quotes or control characters.
  std::string url(std::string_view key) const;
  float score(std::string_view key) const;

  /// Adds a warning for each key that is not among those known.
  void warn_unknown(std::initializer_list<std::string_view> known,
                    std::vector<std::string>& warnings) const;

 private:
  const json::object& object_;
  std::string path_;
};

/// Checks and takes one JSON value that must be a string.
std::string checked_string(const json::value& value, const std::string& path,
                           std::size_t max_bytes);
/// A list of tags: strings, or objects with name and spoiler.
std::vector<Tag> read_tags(const Fields& fields, std::string_view key,
                           std::vector<std::string>& warnings);

/// Throws Error{invalid_argument} unless it is at most 64 bytes of printable ASCII without spaces.
void check_source(const std::string& source);

/// The two forms. `out.source` is settled on entry.
void read_record_form(const Fields& fields, ParsedAnime& out);
void read_flat_form(const Fields& fields, ParsedAnime& out);
/// What an export adds to the record form, which must have been read before.
void read_contributions(const Fields& fields, ParsedAnime& out);

}  // namespace anireco::json_detail
