#include "ingest/encoded_texts.h"

#include <fmt/core.h>

#include <charconv>
#include <utility>

#include "base/hash.h"
#include "fulltext/document_text.h"

namespace anireco {

std::vector<std::string> encoded_texts(const Anime& anime) {
  std::vector<std::string> texts;
  std::string document = document_text(anime);
  if (document.empty()) return texts;
  texts.push_back(std::move(document));
  for (Window& window : document_windows(anime)) texts.push_back(std::move(window.text));
  return texts;
}

TextHash text_hash(std::string_view text) {
  const std::string hex = sha256_hex(text);
  TextHash hash;
  std::from_chars(hex.data(), hex.data() + 16, hash.high, 16);
  std::from_chars(hex.data() + 16, hex.data() + 32, hash.low, 16);
  return hash;
}

std::string to_string(const TextHash& hash) {
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

}  // namespace anireco
