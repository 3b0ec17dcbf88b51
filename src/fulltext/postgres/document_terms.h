#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fulltext/query_terms.h"

namespace anireco {

/// The BM25F statistics of one document: its terms with their impacts and fields, as the postings
/// file has them by term.
class DocumentTerms {
 public:
  struct Entry {
    std::uint32_t term = 0;
    std::uint16_t impact = 0;
    std::uint8_t fields = 0;
  };

  DocumentTerms() = default;
  /// Of what serialise() wrote. Throws Error{corrupt}.
  explicit DocumentTerms(std::string_view bytes);

  /// Bytes of the entries, which must ascend by term: u32 term, u16 impact, u8 fields,
  /// little-endian.
  static std::string serialise(std::span<const Entry> entries);

  std::span<const Entry> entries() const { return entries_; }
  /// Null when the document lacks the term.
  const Entry* find(std::uint32_t term) const;

  /// BM25F: the sum over the query's terms, in their order.
  float score(std::span<const QueryTerm> terms) const;
  /// The parts that add up to the score, largest first.
  std::vector<TermContribution> explain(std::string_view text,
                                        std::span<const QueryTerm> terms) const;

  std::size_t bytes() const { return sizeof(*this) + entries_.size() * sizeof(Entry); }

 private:
  std::vector<Entry> entries_;
};

}  // namespace anireco
