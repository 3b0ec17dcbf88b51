#pragma once

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace anireco::trainer {

/// The keys of a recipe file (JSON), each taken once; what is wrong is refused by its name with
/// Error{invalid_argument}. A key that is not there leaves its default.
class RecipeReader {
 public:
  /// Throws Error{not_found} too.
  explicit RecipeReader(const std::filesystem::path& path);

  [[noreturn]] void refuse(const std::string& reason) const;
  void number(std::string_view key, double& to, double least, double most);
  template <typename T>
  void whole(std::string_view key, T& to, T least, T most) {
    const boost::json::value* value = take(key);
    if (value == nullptr) return;
    boost::json::error_code code;
    const auto number = value->to_number<T>(code);
    if (code || number < least || number > most) {
      refuse(fmt::format("\"{}\" must be a whole number from {} to {}", key, least, most));
    }
    to = number;
  }
  /// Empty when the key is not there.
  std::string text(std::string_view key);
  /// The key must be there.
  std::vector<std::string> texts(std::string_view key);
  /// Refuses keys that nobody took.
  void finish() const;

 private:
  const boost::json::value* take(std::string_view key);

  std::filesystem::path path_;
  boost::json::object object_;
  std::deque<boost::json::value> taken_;
};

}  // namespace anireco::trainer
