#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// One word of a request.
struct QueryWord {
  std::string folded;     ///< As fold_for_matching gives it; never empty. "8.5" keeps its point.
  std::size_t begin = 0;  ///< Bytes of the request: [begin, end).
  std::size_t end = 0;
  bool capitalised = false;  ///< Begins with an upper-case letter.
  bool starts_clause =
      false;                  ///< First word, or a comma, bracket, quote or the like stands before.
  bool after_dash = false;    ///< Joined to the word before by a dash ("80-х", "12 - 13").
  bool minus_before = false;  ///< "-harem": a minus that belongs to this word alone.
  bool plus_after = false;    ///< "8+"
};

/// A quoted stretch: its inner bytes [begin, end) and its words [first_word, last_word).
struct QuerySpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t outer_begin = 0;  ///< With the quotation marks.
  std::size_t outer_end = 0;
  std::size_t first_word = 0;
  std::size_t last_word = 0;
};

/// A request cut into words, with what punctuation says about them. Any bytes are accepted.
struct QueryWords {
  std::string_view text;  ///< Borrowed.
  std::vector<QueryWord> words;
  std::vector<QuerySpan> quotes;  ///< "…", “…”, „…“, «…», '…' around at least one word.

  std::size_t size() const { return words.size(); }
  const QueryWord& operator[](std::size_t index) const { return words[index]; }
  bool ends_clause(std::size_t index) const;
  /// The quotation that begins at this word.
  const QuerySpan* quote_at(std::size_t word) const;
  /// The bytes of words [first, last), without what stands around them.
  std::string_view phrase(std::size_t first, std::size_t last) const;
  /// True if all letters of the request are upper case, so that capitals say nothing.
  bool all_capitals = false;
};

/// `text` must outlive the result. Thread-safe.
QueryWords split_query(std::string_view text);

}  // namespace anireco
