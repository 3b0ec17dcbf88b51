#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace anireco {

/// A Russian-English glossary: renders a request word by word, so that what is indexed in English
/// only can be found in Russian. Words are matched by their Russian stems, expressions of several
/// words before single ones. Immutable, thread-safe.
class Glossary {
 public:
  /// Lines "russian<tab>gloss; gloss…", the most likely gloss first; "-" as the only gloss: the
  /// word says nothing. Several lines of the same stems add up. Empty lines and those that begin
  /// with '#' are skipped. Throws Error{corrupt} naming the line.
  explicit Glossary(std::string_view text);

  /// The text in English: of each word or expression its first gloss, in order; words that say
  /// nothing and unknown Russian words are left out, all else stays. Empty if nothing is left.
  std::string render(std::string_view text) const;

  /// Every gloss of every word and expression, each once, in order.
  std::string all_glosses(std::string_view text) const;

  /// Distinct words and expressions.
  std::size_t size() const { return entries_.size(); }

 private:
  using Glosses = std::vector<std::string>;  ///< Empty: says nothing.
  template <typename Known, typename Other>
  void walk(std::string_view text, Known known, Other other) const;

  std::unordered_map<std::string, Glosses> entries_;  ///< By stems, parted by spaces.
  std::size_t longest_ = 1;                           ///< Words of the longest expression.
};

/// The one that ships with the program (data/vocabulary/russian.tsv).
const Glossary& russian_glossary();

}  // namespace anireco
