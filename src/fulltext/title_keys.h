#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "text/analyzer.h"

namespace anireco {

/// How a name is looked up. The value is the first byte of the key in the title file.
enum class TitleKeyClass : char {
  folded = 'f',   ///< fold_for_matching of the name.
  sound = 'r',    ///< romaji_key: what the Cyrillic spellings of a romaji name share.
  stemmed = 's',  ///< Cyrillic words without their endings, then as `sound`.
};

/// One form under which a name is found.
struct TitleKey {
  TitleKeyClass key_class = TitleKeyClass::folded;
  std::string text;   ///< Not empty.
  bool head = false;  ///< Made of the name's beginning only (or without its "the").
};

/// The part of a name before ": ", " - ", "(…)" or a season's number, as written; empty if that is
/// the whole name or shorter than 3 letters.
std::string_view title_head(std::string_view name);

/// Makes keys of names and of texts that may be names. Not thread-safe (stemmers).
class TitleKeyMaker {
 public:
  TitleKeyMaker();

  /// All keys of a name. `romaji`: it is the record's romaji title, which also gets Cyrillic keys.
  void keys_of_name(std::string_view name, bool romaji, std::vector<TitleKey>& keys);

  /// Key of a Cyrillic text in the class `stemmed`; empty if nothing is left.
  std::string stemmed_key(std::string_view text);

 private:
  void add_keys(std::string_view name, bool head, bool romaji, std::vector<TitleKey>& keys);

  Analyzer analyzer_;
  std::vector<Token> tokens_;
};

/// A record's names by number: 0 romaji, 1 english, 2 native, 3 russian, then the synonyms.
std::size_t name_count(const Anime& anime);
std::string_view name_of(const Anime& anime, std::size_t number);

}  // namespace anireco
