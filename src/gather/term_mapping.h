#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// How one source's words for what a title is (genres, categories, tags) are said in the one
/// vocabulary of data/vocabulary/labels.tsv. Immutable, thread-safe.
class TermMapping {
 public:
  /// Reads lines of "term, kind, name, note" parted by tabs, below one heading line; the note may
  /// be absent. kind: genre, theme, demographic, tag or source (material), with the name that
  /// stands in labels.tsv; "adult", which flags the title 18+; "-", which drops the term. A term
  /// may have several lines. Throws Error{corrupt} that names the line.
  static TermMapping parse(std::string_view tsv);
  /// The reviewed mapping of "mal", "kitsu", "offline", "shikimori" or "jikan", which is part of
  /// the program (data/vocabulary/mappings). Throws Error{not_found} for any other name.
  static TermMapping builtin(std::string_view source);

  /// Adds what the terms say to the record, each name once, tags of the vocabulary before others,
  /// at most kMostTags tags. Case, hyphens, underscores and spaces of a term do not matter. A term
  /// without a line becomes a tag as it is, in lower case, if it is plausible_tag(). Of several
  /// sources the one whose line comes first holds, unless the record has one already.
  void apply(std::span<const std::string> terms, Anime& anime) const;

  static constexpr std::size_t kMostTags = 40;

 private:
  enum class Kind { genre, theme, demographic, tag, source, adult, dropped };
  struct Target {
    Kind kind = Kind::dropped;
    std::string name = {};
    std::size_t line = 0;  ///< Of the file, from 1.
  };

  std::map<std::string, std::vector<Target>, std::less<>> targets_;
};

/// Whether a term that no mapping knows may become a tag: 3 to 40 characters of lower-case ASCII
/// letters, digits, spaces and '-+&.!, a letter among them, at most four words, and none of the
/// phrases that say where a work comes from or where it was shown ("based on a …", "adapted into
/// …", "dubbed …").
bool plausible_tag(std::string_view term);

}  // namespace anireco
