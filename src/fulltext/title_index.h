#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/doc_set.h"

namespace anireco {

enum class TitleMatchKind {
  exact,  ///< The whole title after folding (case, ё = е, punctuation, width), in any language or
          ///< spelling.
  inflected,  ///< The whole title in another case form ("Евангелиона" for "Евангелион").
  head,  ///< The title up to its colon, dash or season ("Code Geass" for "Code Geass: Lelouch …").
  near,  ///< Within the typos its length allows: none to 4 letters, one to 8, two beyond.
  prefix,  ///< The text begins the title.
  word,    ///< The text begins a later word of the title; only for suggestions.
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

/// Writes the title file (docs/formats.md) of a catalogue, atomically, so that a start need not
/// fold every name again. Throws Error{unavailable} (disk full).
void write_title_file(const Catalog& catalog, const std::filesystem::path& path,
                      std::uint64_t generation);

/// Finds titles by name: romaji, English, native, Russian, synonyms, and romaji in Cyrillic
/// spelling. Kinds in the order of TitleMatchKind (prefix and word as one, the latter with a
/// handicap in popularity), then by fewer typos, then popularity, then DocId. When a text finds
/// nothing up to `near`, it is tried again as typed in the other keyboard layout. Thread-safe
/// (const). The catalogue must outlive the index.
class TitleIndex {
 public:
  /// Builds everything in memory (about 1 s for 28,000 titles).
  explicit TitleIndex(const Catalog& catalog);
  /// Maps the file written for this very catalogue (some ms). Throws Error{not_found} or
  /// Error{corrupt}, the latter also when the file belongs to another catalogue: rebuild it then.
  static TitleIndex open(const std::filesystem::path& path, const Catalog& catalog);
  /// Over bytes in memory, which must be aligned to 8 and outlive the index. Throws Error{corrupt}.
  static TitleIndex over(std::span<const std::byte> bytes, const Catalog& catalog);
  ~TitleIndex();
  TitleIndex(TitleIndex&&) noexcept;

  std::uint64_t generation() const;

  /// One match a document, best first.
  std::vector<TitleMatch> find(const TitleQuery& query) const;

  /// The titles that a phrase names as it stands: exact, inflected and head, without typos,
  /// prefixes or another layout; for trying many spans of a sentence (a few µs each). At most
  /// `limit`, best first.
  std::vector<TitleMatch> resolve(std::string_view phrase, const DocSet* allowed = nullptr,
                                  std::size_t limit = 4) const;

 private:
  struct Impl;
  explicit TitleIndex(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace anireco
