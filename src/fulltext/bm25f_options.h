#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/error.h"

namespace anireco {

constexpr std::size_t kTextFieldCount = 5;

/// How a field counts: its weight (>= 0, 0 leaves it out) and how far its length matters, in [0,
/// 1].
struct Bm25fField {
  float weight = 1;
  float b = 0.75F;
};

/// Settings of BM25F, stored with what was made by them.
struct Bm25fOptions {
  /// By TextField: title, synonym, tag (genres, themes, demographics, tags, studios), synopsis,
  /// remembered.
  std::array<Bm25fField, kTextFieldCount> fields = {
      {{2.0F, 0.5F}, {1.5F, 0.5F}, {1.5F, 0.3F}, {1.0F, 0.6F}, {2.0F, 0.4F}}};
  float k1 = 1.2F;             ///< Saturation of a term within a document, > 0.
  float k3 = 8.0F;             ///< Saturation of a term repeated in the query, >= 0.
  float typo_discount = 0.6F;  ///< Factor for each typo of a word read as another, [0, 1]; 0: off.
  std::uint32_t max_corrections = 4;  ///< Unknown words of one query that are looked up by typos.
  bool cyrillic_titles = true;  ///< Romaji titles also count as synonyms in Cyrillic spelling.
};

/// Throws Error{kind} naming the option that is out of its range.
void check_options(const Bm25fOptions& options, ErrorKind kind);

}  // namespace anireco
