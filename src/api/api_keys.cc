#include "api/api_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/ascii.h"
#include "base/error.h"
#include "base/hash.h"

namespace anireco {
namespace {

constexpr std::string_view kHashMark = "sha256:";
constexpr std::size_t kHashDigits = 64;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

bool is_key(std::string_view text) {
  return text.size() >= 20 && text.size() <= 200 &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

/// In lower case; empty when it is none.
std::string as_hash(std::string_view text) {
  std::string hash = ascii_lower(text);
  const bool digits = std::ranges::all_of(
      hash, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  return digits && hash.size() == kHashDigits ? hash : std::string();
}

}  // namespace

ApiKeys::ApiKeys(std::string_view text) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = ascii_trimmed(line);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
    const std::string_view name = line.substr(0, blank);
    const std::string_view secret = ascii_trimmed(line.substr(blank));
    std::string hash;
    if (secret.starts_with(kHashMark)) {
      hash = as_hash(secret.substr(kHashMark.size()));
    } else if (is_key(secret)) {
      hash = sha256_hex(secret);
    }
    if (!is_name(name) || hash.empty()) {
      throw Error(ErrorKind::invalid_argument,
                  fmt::format("line {} is not NAME sha256:HASH or NAME KEY", number));
    }
    keys_.push_back({std::string(name), std::move(hash)});
  }
}

std::optional<std::string> ApiKeys::owner(std::string_view key) const {
  const std::string hash = sha256_hex(key);
  const Key* found = nullptr;
  for (const Key& known : keys_) {
    if (equal_in_constant_time(known.hash, hash)) found = &known;
  }
  return found == nullptr ? std::nullopt : std::optional(found->name);
}

std::string ApiKeys::line(std::string_view name, std::string_view key) {
  if (!is_name(name)) {
    throw Error(ErrorKind::invalid_argument,
                "a key's name is 1 to 64 letters, digits, dots, hyphens and underscores");
  }
  if (!is_key(key)) throw Error(ErrorKind::invalid_argument, "not a key");
  return fmt::format("{} {}{}", name, kHashMark, sha256_hex(key));
}

}  // namespace anireco
