#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "catalog/catalog_store.h"

namespace anireco {

/// The texts of a title that are encoded, its own first and then its windows in their order
/// (fulltext/document_text.h). Empty when the title has nothing to encode. Thread-safe.
std::vector<std::string> encoded_texts(const Anime& anime);

/// First half of the text's sha256: the key of its vector.
TextHash text_hash(std::string_view text);

/// 32 hexadecimal digits.
std::string to_string(const TextHash& hash);

}  // namespace anireco
