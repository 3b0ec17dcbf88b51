#pragma once

#include <span>
#include <string_view>

namespace anireco {

enum class ConceptField { genre, theme, demographic, tag };

/// Something that a request may wish away, and every name under which records carry it.
struct Concept {
  std::string_view name;  ///< Canonical, as the catalogue's own field has it.
  ConceptField field = ConceptField::genre;
  std::string_view other_genres;  ///< Further names, parted by '|'.
  std::string_view other_themes;
  std::string_view tags;
  /// Words that name it in a request: patterns of query_pattern.h, parted by ';'.
  std::string_view words;
  /// True if the words also are things of a story ("a world without music"): then the wish must
  /// stand as a phrase of its own.
  bool story_word = false;
};

/// All concepts; of two that a phrase fits, the one with more words is meant.
std::span<const Concept> concepts();

}  // namespace anireco
