#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace anireco {

/// Writes JSON text piece by piece; the calls must nest as the text does. Strings may hold any
/// bytes: wrong UTF-8 is replaced by U+FFFD. Numbers that are not finite are written as null.
class JsonWriter {
 public:
  JsonWriter() { out_.reserve(4096); }

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);

  void string(std::string_view value);
  void number(float value);
  void number(double value);
  void integer(std::int64_t value);
  void boolean(bool value);
  void null();

  /// key() and a value, its kind chosen by its type.
  template <typename T>
  void field(std::string_view name, const T& value) {
    key(name);
    if constexpr (std::is_same_v<T, bool>) {
      boolean(value);
    } else if constexpr (std::is_integral_v<T>) {
      integer(static_cast<std::int64_t>(value));
    } else if constexpr (std::is_floating_point_v<T>) {
      number(value);
    } else {
      string(value);
    }
  }
  /// Unknown values: an empty text or 0 is written as null.
  template <typename T>
  void field_or_null(std::string_view name, const T& value) {
    if (value == T{}) {
      key(name);
      null();
    } else {
      field(name, value);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();

  std::string out_;
  bool comma_ = false;
};

}  // namespace anireco
