#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/query_words.h"

namespace anireco {

/// Words [begin, end) that a pattern matched and the numbers it captured, in order.
struct PatternMatch {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<double> numbers;
  std::size_t first = 0;  ///< With what had to stand around it: words [first, last).
  std::size_t last = 0;
};

/// A phrase with gaps, matched against folded words. Written as elements parted by spaces:
///   word        this word; "a|b" any of them; "stem*" any word that begins so
///   #  #Y  #D   a number, a year, a decade: captured
///   @name       one word of a named class: @kind (anime, show, фильм …), @movie, @episodes,
///               @minutes, @hours, @year (год, года …), @join (words that end a phrase: but, и, до
///               …)
///   _           any one word
///   ^^ ^  $     no word: the request begins here; a clause begins here; a clause ends here or a
///   @join word follows
///   -           no word: the next word is joined to the last one by a dash
///   >  <        no word: what stands before ">" or after "<" must be there but is not part of the
///               match
/// A match never runs over a comma, bracket or other clause boundary, unless a "," element allows
/// it. Immutable, thread-safe.
class QueryPattern {
 public:
  /// Throws Error{internal} for an unknown class: patterns are our own constants.
  explicit QueryPattern(std::string_view source);

  /// The match that begins at `word`, taking optional words where they stand.
  std::optional<PatternMatch> match(const QueryWords& query, std::size_t word) const;

 private:
  enum class Kind {
    word,
    number,
    year,
    decade,
    any,
    request_start,
    clause_start,
    clause_end,
    dash,
    boundary,
    match_begin,
    match_end
  };
  struct Alternative {
    std::string text;
    bool prefix = false;
  };
  struct Element {
    Kind kind = Kind::word;
    bool optional = false;
    std::vector<Alternative> alternatives;
  };
  bool match_from(const QueryWords& query, std::size_t element, std::size_t word, bool boundary_ok,
                  PatternMatch& match) const;

  void find_starts();

  std::vector<Element> elements_;
  /// One bit for each class of first letters that a match can begin with; most words fail here.
  std::uint64_t starts_ = ~std::uint64_t{0};
};

/// True for a word after which a name or phrase is over: "but", "with", "и", "до", "про" …
bool is_joining_word(std::string_view folded);
/// True for anime, show, movie, что-то, фильм …
bool is_kind_word(std::string_view folded);

}  // namespace anireco
