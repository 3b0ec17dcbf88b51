#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/score_statistics.h"
#include "catalog/anime.h"
#include "catalog/doc_set.h"

namespace anireco {

enum class TextField { title, synonym, tag, synopsis, remembered };

/// What a query found, beside its hits.
struct LexicalStatistics {
  ScoreStatistics scores;  ///< Over the allowed documents with a score above 0, not only the hits.
  /// Score of a document that had every word of the query, unknown ones included, endlessly often:
  /// no score exceeds it. The share score / ceiling compares hits of different queries.
  float ceiling = 0;
  std::size_t words = 0;      ///< Distinct terms of the query, stop words apart.
  std::size_t unknown = 0;    ///< Of these, in no document and not corrected.
  std::size_t corrected = 0;  ///< Of these, read as another word within the typos allowed.
};

struct LexicalQuery {
  std::string_view text;
  std::size_t limit = 1000;         ///< Hits wanted, > 0.
  const DocSet* allowed = nullptr;  ///< Filter; nullptr allows all. Borrowed for the call.
  /// Documents that the answer must hold whether they are among the best or not (those that other
  /// legs found), ascending. Borrowed for the call.
  std::span<const DocId> also = {};
  LexicalStatistics* statistics = nullptr;  ///< Filled when set.
};

struct LexicalHit {
  DocId doc = 0;
  float score = 0;  ///< BM25F, >= 0, no upper bound.
};

/// One term's part in a document's score.
struct TermContribution {
  std::string term;               ///< As indexed (stemmed); another word where a typo was read.
  std::string word;               ///< As it stands in the query.
  std::vector<TextField> fields;  ///< Where the document has it.
  float idf = 0;
  float score = 0;         ///< The parts of a document add up to its score.
  bool corrected = false;  ///< `term` is the nearest known word, not the one typed.
};

/// Finds documents by their words (BM25F). Thread-safe (const).
class FullTextIndex {
 public:
  virtual ~FullTextIndex() = default;

  /// The best `limit` allowed documents with at least one query term, best first, ties by ascending
  /// DocId; behind them those of `also` that are not among them, in their order, with a score of 0
  /// where no term matches.
  virtual std::vector<LexicalHit> search(const LexicalQuery& query) const = 0;
  /// For each of `docs`, in their order, the parts that add up to its score, largest first.
  virtual std::vector<std::vector<TermContribution>> explain(std::string_view text,
                                                             std::span<const DocId> docs) const = 0;
};

}  // namespace anireco
