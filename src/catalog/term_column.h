#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalog/anime.h"
#include "catalog/doc_set.h"

namespace anireco {

/// One field of the catalogue whose values are names, interned: which names each document has and
/// which documents each name has. Names that differ in case only are one term, shown in their most
/// frequent spelling; terms are numbered in the order of their folded names. Immutable.
class TermColumn {
 public:
  TermColumn() = default;
  /// values[d]: the names of document d; repetitions count once.
  explicit TermColumn(const std::vector<std::vector<std::string_view>>& values);

  std::size_t term_count() const { return names_.size(); }
  const std::string& name(std::uint32_t term) const { return names_[term]; }
  std::optional<std::uint32_t> find(std::string_view name) const;
  std::span<const std::uint32_t> terms(DocId doc) const {
    return std::span(terms_).subspan(first_term_[doc], first_term_[doc + 1] - first_term_[doc]);
  }
  std::uint32_t document_frequency(std::uint32_t term) const {
    return first_doc_[term + 1] - first_doc_[term];
  }
  /// Rarity of a term: ln(1 + documents / (document frequency + 1)).
  float idf(std::uint32_t term) const { return idf_[term]; }
  /// Length of the document's vector of rarities: sqrt(sum of idf(t)^2 over its terms).
  float norm(DocId doc) const { return norm_[doc]; }

  /// Adds or removes the documents of a term.
  void add_to(std::uint32_t term, DocSet& set) const;
  void remove_from(std::uint32_t term, DocSet& set) const;
  /// Keeps only the documents of a term.
  void restrict(std::uint32_t term, DocSet& set) const;

  /// Terms with at least one document in the set and their counts, by descending count and
  /// ascending term; at most `limit` of them.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> count(const DocSet& set,
                                                             std::size_t limit) const;

 private:
  std::span<const DocId> docs(std::uint32_t term) const {
    return std::span(docs_).subspan(first_doc_[term], document_frequency(term));
  }
  std::uint32_t count_in(std::uint32_t term, const DocSet& set) const;

  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint32_t> numbers_;  ///< By folded name.
  std::vector<std::uint32_t> first_term_;
  std::vector<std::uint32_t> terms_;
  std::vector<std::uint32_t> first_doc_;
  std::vector<DocId> docs_;
  /// Of terms frequent enough that a pass over all words costs less than over their documents.
  std::vector<DocSet> sets_;
  std::vector<float> idf_;
  std::vector<float> norm_;
  std::vector<std::uint32_t> set_of_;  ///< Place in sets_ by term, kNone for rare terms.
};

}  // namespace anireco
