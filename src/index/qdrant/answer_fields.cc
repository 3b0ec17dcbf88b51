#include "index/qdrant/answer_fields.h"

#include <cmath>
#include <string>

#include "base/error.h"

namespace anireco {
namespace {

namespace json = boost::json;

}  // namespace

void throw_unexpected(std::string_view what) {
  throw Error(ErrorKind::corrupt, "the Qdrant server's answer is not of the form it should have",
              std::string(what));
}

json::object& as_object(json::value& value) {
  if (!value.is_object()) throw_unexpected("no object");
  return value.get_object();
}
const json::object& as_object(const json::value& value) {
  if (!value.is_object()) throw_unexpected("no object");
  return value.get_object();
}

json::array& as_array(json::value& value) {
  if (!value.is_array()) throw_unexpected("no array");
  return value.get_array();
}
const json::array& as_array(const json::value& value) {
  if (!value.is_array()) throw_unexpected("no array");
  return value.get_array();
}

std::string_view as_string(const json::value& value) {
  if (!value.is_string()) throw_unexpected("no string");
  return value.get_string();
}

std::uint64_t as_count(const json::value& value) {
  if (value.is_uint64()) return value.get_uint64();
  if (!value.is_int64() || value.get_int64() < 0) throw_unexpected("no whole number");
  return static_cast<std::uint64_t>(value.get_int64());
}

float as_float(const json::value& value) {
  double number = 0;
  if (value.is_double()) {
    number = value.get_double();
  } else if (value.is_int64()) {
    number = static_cast<double>(value.get_int64());
  } else if (value.is_uint64()) {
    number = static_cast<double>(value.get_uint64());
  } else {
    throw_unexpected("no number");
  }
  const auto narrow = static_cast<float>(number);
  if (!std::isfinite(narrow)) throw_unexpected("a number that is not finite");
  return narrow;
}

json::value& member(json::object& object, std::string_view name) {
  json::value* found = object.if_contains(name);
  if (found == nullptr) throw_unexpected(name);
  return *found;
}
const json::value& member(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  if (found == nullptr) throw_unexpected(name);
  return *found;
}

}  // namespace anireco
