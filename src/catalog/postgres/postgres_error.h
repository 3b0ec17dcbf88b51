#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace anireco {

/// Throws the exception in flight (within a catch block) as what our callers know: Error as it is,
/// what libpqxx throws by its SQLSTATE. `connected`: whether the connection still stands.
[[noreturn]] void rethrow_postgres_error(bool connected);

/// An Error{unavailable} that stands for a connection that is gone: what can be done again is.
class ConnectionLost : public Error {
 public:
  explicit ConnectionLost(std::string context)
      : Error(ErrorKind::unavailable, "the database cannot be reached; try again",
              std::move(context)) {}
};

/// Refuses texts with a zero character, which PostgreSQL cannot hold. Throws
/// Error{invalid_argument}; returns the text.
const std::string& without_zero(const std::string& text);

/// '{"a","b"}' for a parameter of type text[]. Throws as without_zero() does.
template <typename Texts>
std::string text_array(const Texts& texts) {
  std::string out = "{";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    out += '"';
    for (const char c : without_zero(text)) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out += '}';
}

/// '{1,2}' for a parameter of type int[] or bigint[].
template <typename Numbers>
std::string number_array(const Numbers& numbers) {
  std::string out = "{";
  for (const auto number : numbers) {
    if (out.size() > 1) out += ',';
    out += std::to_string(number);
  }
  return out += '}';
}

/// Hexadecimal digits of bytes, two each, appended.
void append_hex(std::string_view bytes, std::string& out);

/// The bytes of a bytea column as the server writes it ("\x0aff"). Throws Error{corrupt}.
std::string bytea(std::string_view text);

}  // namespace anireco
