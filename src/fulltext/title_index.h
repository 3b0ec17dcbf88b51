#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/doc_set.h"

namespace anireco {

enum class TitleMatchKind {
  exact,  ///< The whole title after folding (case, ё = е, punctuation, width), in any language or
          ///< spelling.
  near,   ///< Within the typos its length allows: none to 4 letters, one to 8, two beyond.
  prefix,  ///< The text begins the title.
};

struct TitleMatch {
  DocId doc = 0;
  TitleMatchKind kind = TitleMatchKind::exact;
  std::string title;  ///< The title that matched, as the record has it.
  int typos = 0;
  float popularity = 0;          ///< Catalog::popularity, the tie-breaker.
  bool switched_layout = false;  ///< Found only after switching the keyboard layout.
};

struct TitleQuery {
  std::string_view text;
  std::size_t limit = 10;
  const DocSet* allowed = nullptr;
  bool prefixes =
      false;  ///< Also titles (and words of titles) that begin with the text: for suggestions.
  bool typos = true;
};

/// Finds titles by name: romaji, English, native, Russian, synonyms, and romaji in generated
/// Cyrillic spelling. Exact before near before prefix, then by fewer typos, then popularity.
/// Thread-safe (const).
class TitleIndex {
 public:
  explicit TitleIndex(const Catalog& catalog);
  ~TitleIndex();
  TitleIndex(TitleIndex&&) noexcept;

  /// One match a document, best first.
  std::vector<TitleMatch> find(const TitleQuery& query) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace anireco
