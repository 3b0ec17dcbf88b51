#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "catalog/doc_set.h"

namespace anireco {

enum class TextField { title, synonym, tag, synopsis, remembered };

struct LexicalQuery {
  std::string_view text;
  std::size_t limit = 1000;         ///< Hits wanted, > 0.
  const DocSet* allowed = nullptr;  ///< Filter; nullptr allows all. Borrowed for the call.
};

struct LexicalHit {
  DocId doc = 0;
  float score = 0;  ///< BM25F, >= 0, no upper bound.
};

/// One term's part in a document's score.
struct TermContribution {
  std::string term;               ///< As indexed (stemmed).
  std::string word;               ///< As it stands in the query.
  std::vector<TextField> fields;  ///< Where the document has it.
  float idf = 0;
  float score = 0;
};

/// Finds documents by their words (BM25F). Thread-safe (const).
class FullTextIndex {
 public:
  virtual ~FullTextIndex() = default;

  /// The best `limit` allowed documents with at least one query term, best first, ties by ascending
  /// DocId.
  virtual std::vector<LexicalHit> search(const LexicalQuery& query) const = 0;
  /// Scores of given documents, in their order; 0 where no term matches.
  virtual std::vector<LexicalHit> score(const LexicalQuery& query,
                                        std::span<const DocId> docs) const = 0;
  /// The parts that add up to the document's score, largest first.
  virtual std::vector<TermContribution> explain(std::string_view text, DocId doc) const = 0;
};

}  // namespace anireco
