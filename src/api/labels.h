#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "api/field_rules.h"

namespace anireco {

/// What genres, themes, types and other values are called in each language. Immutable once made;
/// thread-safe.
class Labels {
 public:
  /// The table that is built in (data/vocabulary/labels.tsv).
  static Labels builtin();
  /// Tab-separated: a heading, then kind, English (as the catalogue writes it) and Russian. Throws
  /// Error{not_found}, or Error{corrupt} naming the line.
  static Labels load(const std::filesystem::path& path);
  static Labels parse(std::string_view tsv);

  /// kind: genre, theme, demographic, tag, type, status, season, source, age_rating. A value
  /// without a label is its own label.
  std::string_view label(std::string_view kind, std::string_view value, Language language) const;
  /// The same for a name that may be a genre, a theme, a demographic or a tag.
  std::string_view any_term(std::string_view value, Language language) const;

 private:
  const std::string* find(std::string_view kind, std::string_view value) const;

  std::map<std::string, std::string, std::less<>> russian_;  ///< By kind, tab, value in lower case.
};

/// The kind of a facet's values: "genre" for "genres"; empty for facets that need no labels.
std::string_view label_kind_of_facet(std::string_view facet);

}  // namespace anireco
