#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// The keys a server knows, as hashes: a key itself is not kept. Immutable; thread-safe.
class ApiKeys {
 public:
  ApiKeys() = default;
  /// text: a line a key, "NAME sha256:HASH" or "NAME KEY"; empty lines and those that begin with #
  /// do not count. A name (1 to 64 letters, digits, dots, hyphens, underscores) may have several
  /// keys, so that they can be changed one after the other. HASH: 64 hexadecimal digits; KEY: 20 to
  /// 200 printable ASCII characters without blanks. Throws Error{invalid_argument} with the
  /// number of a bad line, never with its text.
  explicit ApiKeys(std::string_view text);

  bool empty() const { return keys_.empty(); }
  /// The name a key belongs to; nullopt: not known. Takes the same time whichever key it is.
  std::optional<std::string> owner(std::string_view key) const;

  /// "NAME sha256:HASH" for a new line. Throws Error{invalid_argument} for a name or key that the
  /// constructor refuses.
  static std::string line(std::string_view name, std::string_view key);

 private:
  struct Key {
    std::string name;
    std::string hash;  ///< SHA-256 in lower-case hexadecimal digits.
  };
  std::vector<Key> keys_;
};

}  // namespace anireco
