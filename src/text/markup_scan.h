#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What the mark-up strippers share; private to src/text.
namespace anireco::markup {

inline constexpr std::size_t kMaxTagBytes = 400;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

inline bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
// Bytes of other scripts count as parts of words.
inline bool is_word(char c) {
  return is_alpha(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

/// Finds a closing mark, and remembers that there is none so that hostile text stays linear.
class Closer {
 public:
  explicit Closer(std::string mark) : mark_(std::move(mark)) {}

  /// Offset behind the closing mark, or nothing.
  std::optional<std::size_t> after(std::string_view lowered, std::size_t from) {
    if (absent_) return std::nullopt;
    const std::size_t at = lowered.find(mark_, from);
    if (at == std::string_view::npos) {
      absent_ = true;
      return std::nullopt;
    }
    return at + mark_.size();
  }

 private:
  std::string mark_;
  bool absent_ = false;
};

inline std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

struct Tag {
  std::string name;  ///< Lower case.
  bool closing = false;
  std::size_t bytes = 0;
};

}  // namespace anireco::markup
