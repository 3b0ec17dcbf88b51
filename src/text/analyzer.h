#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// One indexed term of a text.
struct Token {
  std::string term;     ///< Folded and stemmed.
  std::uint32_t begin;  ///< Bytes of the original text that gave it: [begin, end).
  std::uint32_t end;
  std::uint32_t position;  ///< Counts words from 0; a dropped stop word leaves a gap.

  bool operator==(const Token&) const = default;
};

struct AnalyzerOptions {
  bool keep_stop_words = false;     ///< Titles keep them ("It", "The End").
  bool stem = true;                 ///< False: terms are folded only.
  std::size_t max_term_bytes = 64;  ///< Longer terms are cut at a character.
};

/// Turns text into terms for the lexical index, the same way for documents and queries:
/// case folding and accent stripping by ICU; Snowball English for Latin words, Russian for
/// Cyrillic ones (ё read as е); Han and kana runs become overlapping pieces of two characters, each
/// with its own position (a run of one stays whole); numbers are kept; "hero's" gives "hero",
/// "don't" gives "dont"; short lists of English and Russian stop words are dropped.
/// Deterministic, and the same for every locale. Texts longer than 4 GiB are refused with
/// Error{invalid_argument}; any other bytes are accepted.
/// Cheap to make (microseconds). NOT thread-safe, analyze() changes the stemmers' buffers: one
/// object a thread.
class Analyzer {
 public:
  explicit Analyzer(AnalyzerOptions options = {});
  ~Analyzer();
  Analyzer(Analyzer&&) noexcept;
  Analyzer& operator=(Analyzer&&) noexcept;

  /// Replaces the content of `tokens`. Reusing one vector saves its allocations.
  void analyze(std::string_view text, std::vector<Token>& tokens);
  std::vector<Token> analyze(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// True for a folded, unstemmed word on the English or Russian stop list.
bool is_stop_word(std::string_view folded_word);

}  // namespace anireco
