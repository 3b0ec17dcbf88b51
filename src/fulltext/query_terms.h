#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fulltext/bm25f_options.h"
#include "fulltext/full_text_index.h"
#include "fulltext/term_dictionary.h"
#include "text/analyzer.h"

namespace anireco {

/// A distinct term of a query, with what it adds to the score of a document that has it. The one
/// place of BM25F's formula on the query's side (bm25f_index.h has it whole).
struct QueryTerm {
  std::uint32_t number = KnownTerm::kUnknown;
  std::string term = {};
  std::uint32_t documents = 0;  ///< That have the term.
  std::uint32_t begin = 0;      ///< Of its first word in the text, bytes.
  std::uint32_t end = 0;
  float times = 0;  ///< In the query.
  float idf = 0;
  float weight = 0;   ///< idf * (k1 + 1) * saturation of `times` * typo discount.
  float ceiling = 0;  ///< The same without the discount.
  bool corrected = false;

  bool known() const { return number != KnownTerm::kUnknown; }
  /// Score for an impact of 1 in 65,535.
  float unit() const { return weight * (1.0F / 65535.0F); }
};

/// Analyses queries. Not thread-safe; cheap to keep.
class QueryTermReader {
 public:
  /// The distinct terms in the order of their first word. An unknown word is read as the nearest
  /// known one (fewest typos, then most documents, then the smallest number), at most
  /// options.max_corrections times. Valid until the next call; the same text and nothing else
  /// between gives the terms as they are.
  const std::vector<QueryTerm>& read(std::string_view text, const Bm25fOptions& options,
                                     const TermDictionary& dictionary);

 private:
  Analyzer analyzer_;
  std::vector<Token> tokens_;
  std::string text_;
  std::vector<QueryTerm> terms_;
};

/// Fills all but the scores.
void describe(std::span<const QueryTerm> terms, LexicalStatistics& statistics);

/// One term's part in a document's score. fields: bit TextField where the document has it.
TermContribution contribution(std::string_view text, const QueryTerm& term, std::uint16_t impact,
                              std::uint8_t fields);

/// Largest first, in the query's order where equal.
void sort_contributions(std::vector<TermContribution>& parts);

/// The best `limit` of the hits, best first, ties by ascending DocId. `buffer` is worked in.
std::vector<LexicalHit> best_hits(std::span<const LexicalHit> hits, std::size_t limit,
                                  std::vector<float>& buffer);

/// Appends those of `also` that are not among the hits, in their order, with score_of(doc).
template <typename ScoreOf>
void append_also(std::span<const DocId> also, std::vector<LexicalHit>& hits,
                 const ScoreOf& score_of) {
  if (also.empty()) return;
  std::vector<DocId> known(hits.size());
  std::ranges::transform(hits, known.begin(), &LexicalHit::doc);
  std::ranges::sort(known);
  for (const DocId doc : also) {
    if (!std::ranges::binary_search(known, doc)) hits.push_back({doc, score_of(doc)});
  }
}

}  // namespace anireco
