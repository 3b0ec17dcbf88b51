#pragma once

#include <string_view>

namespace anireco {

/// What texts are encoded as: titles as they are stored, or requests, whose adapter moves them
/// towards the titles they mean.
enum class EncoderRole { documents, queries };

/// "documents", "queries"; the wire's names too.
constexpr std::string_view to_string(EncoderRole role) {
  return role == EncoderRole::documents ? "documents" : "queries";
}

}  // namespace anireco
