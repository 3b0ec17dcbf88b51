#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace anireco {

/// What texts are encoded as: titles as they are stored, or requests, whose adapter moves them
/// towards the titles they mean.
enum class EncoderRole { documents, queries };

/// "documents", "queries"; the wire's names too.
constexpr std::string_view to_string(EncoderRole role) {
  return role == EncoderRole::documents ? "documents" : "queries";
}

/// The role of that name; nothing for any other word.
constexpr std::optional<EncoderRole> parse_role(std::string_view name) {
  for (const EncoderRole role : {EncoderRole::documents, EncoderRole::queries}) {
    if (name == to_string(role)) return role;
  }
  return std::nullopt;
}

/// What an encoder server takes in one request. A text's length is in characters there, so one of
/// as many bytes is never too long; no model reads so far.
inline constexpr std::size_t kMaxEncodedTexts = 128;
inline constexpr std::size_t kMaxEncodedTextLength = std::size_t{16} << 10;

}  // namespace anireco
