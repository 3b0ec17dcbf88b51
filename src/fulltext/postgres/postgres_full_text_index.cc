#include "fulltext/postgres/postgres_full_text_index.h"

#include <algorithm>
#include <cmath>
#include <pqxx/result>
#include <pqxx/transaction_base>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/object_pool.h"
#include "catalog/postgres/content_tables.h"
#include "catalog/postgres/postgres_error.h"
#include "catalog/postgres/postgres_rows.h"
#include "fulltext/postgres/bm25f_settings.h"
#include "fulltext/postgres/document_cache.h"
#include "fulltext/postgres/document_words.h"
#include "fulltext/postgres/postgres_terms.h"
#include "fulltext/query_terms.h"

namespace anireco {
namespace {

struct Content {
  std::uint64_t number = 0;
  std::size_t documents = 0;
  Bm25fOptions options;
};

Content find(PostgresPool& pool, const std::string& hash) {
  Content content;
  pool.read([&](pqxx::transaction_base& transaction) {
    const auto rows = transaction.exec_params(
        "SELECT number, documents, bm25f FROM content WHERE hash = $1 AND replaced IS NULL",
        without_zero(hash));
    if (rows.empty()) {
      throw Error(ErrorKind::not_found, "the database keeps no such generation (any more)");
    }
    content.number = rows[0][0].as<std::uint64_t>();
    content.documents = rows[0][1].as<std::size_t>();
    content.options = parse_settings(rows[0][2].as<std::string>());
  });
  return content;
}

/// Every n-th document by term: what the rest of the documents are like.
class Sample {
 public:
  Sample() = default;
  Sample(DocumentCache& cache, PostgresPool& pool, std::size_t documents, std::size_t size)
      : stride_((documents + size - 1) / size) {
    if (stride_ == 0) return;
    for (std::size_t doc = 0; doc < documents; doc += stride_) {
      docs_.push_back(static_cast<DocId>(doc));
    }
    const auto terms = cache.get(docs_, pool);
    for (std::uint32_t place = 0; place < docs_.size(); ++place) {
      for (const DocumentTerms::Entry& entry : terms[place]->entries()) {
        by_term_[entry.term].push_back({place, entry.impact});
      }
    }
  }

  std::size_t stride() const { return stride_; }

  /// Calls visit(doc, score) for each that has a term of the query.
  template <typename Visit>
  void for_each_score(std::span<const QueryTerm> terms, const Visit& visit) const {
    std::vector<float> scores(docs_.size(), 0.0F);
    for (const QueryTerm& term : terms) {
      const auto at = by_term_.find(term.number);
      if (!term.known() || at == by_term_.end()) continue;
      for (const auto& [place, impact] : at->second) {
        scores[place] += term.unit() * static_cast<float>(impact);
      }
    }
    for (std::size_t place = 0; place < docs_.size(); ++place) {
      if (scores[place] > 0) visit(docs_[place], scores[place]);
    }
  }

 private:
  std::size_t stride_ = 0;
  std::vector<DocId> docs_;
  std::unordered_map<std::uint32_t, std::vector<std::pair<std::uint32_t, std::uint16_t>>> by_term_;
};

struct Sums {
  std::size_t count = 0;
  double sum = 0;
  double squares = 0;

  void add(float score, std::size_t times) {
    const double s = static_cast<double>(score);
    const double n = static_cast<double>(times);
    count += times;
    sum += n * s;
    squares += n * s * s;
  }
};

}  // namespace

struct PostgresFullTextIndex::Impl {
  struct Candidates {
    std::vector<DocId> docs = {};  ///< Ascending, all allowed.
    bool complete = true;          ///< No other allowed document has a word of the query.
  };

  Impl(std::shared_ptr<PostgresPool> connections, const Content& content,
       const PostgresFullTextOptions& settings)
      : pool(std::move(connections)),
        options(settings),
        bm25f(content.options),
        documents(content.documents),
        tables(content.number),
        terms(*pool, tables.term, documents),
        cache(*pool, tables.weight, documents, options.cache_bytes) {
    PostgresPool& loading = options.loading ? *options.loading : *pool;
    cache.fill(loading);
    sample = Sample(cache, loading, documents, options.sample);
    options.loading = nullptr;
  }

  /// The rarest words of the query, as many as it takes to expect `wanted` allowed documents.
  std::vector<const QueryTerm*> rarest(std::span<const QueryTerm> query, std::size_t wanted,
                                       double allowed_share) const {
    std::vector<const QueryTerm*> chosen;
    for (const QueryTerm& term : query) {
      if (term.known()) chosen.push_back(&term);
    }
    std::ranges::stable_sort(chosen, {}, [](const QueryTerm* term) { return term->documents; });
    double expected = 0;
    std::size_t n = 0;
    while (n < chosen.size() && expected < static_cast<double>(wanted)) {
      expected += static_cast<double>(chosen[n++]->documents) * allowed_share;
    }
    chosen.resize(n);
    return chosen;
  }

  std::vector<DocId> matching(std::span<const QueryTerm* const> chosen) const {
    std::string query;
    for (const QueryTerm* term : chosen) {
      if (!query.empty()) query += '|';
      append_lexeme(term->term, query);
    }
    std::string bytes;
    pool->read([&](pqxx::transaction_base& transaction) {
      // For many words the planner would rather read every row, but does not count that their words
      // lie elsewhere (TOAST) and are many: five times as slow as the index.
      transaction.exec0("SET LOCAL enable_seqscan TO off");
      bytes = bytes_of(
          transaction.exec_params1("SELECT coalesce(string_agg(int4send(doc), ''), '') FROM " +
                                       tables.text + " WHERE words @@ $1::tsquery",
                                   without_zero(query))[0]);
    });
    std::vector<DocId> docs(bytes.size() / 4);
    for (std::size_t i = 0; i < docs.size(); ++i) {
      for (std::size_t b = 0; b < 4; ++b) {
        docs[i] = docs[i] << 8 | static_cast<unsigned char>(bytes[4 * i + b]);
      }
    }
    std::ranges::sort(docs);
    if (!docs.empty() && docs.back() >= documents) {
      throw Error(ErrorKind::corrupt, "the index names a document that is none");
    }
    return docs;
  }

  Candidates candidates(std::span<const QueryTerm> query, const LexicalQuery& request) const {
    Candidates out;
    const std::size_t known =
        static_cast<std::size_t>(std::ranges::count_if(query, &QueryTerm::known));
    if (known == 0 || documents == 0) return out;
    const std::size_t wanted = std::max(options.candidates, request.limit);
    const std::size_t allowed = request.allowed == nullptr ? documents : request.allowed->count();
    if (allowed <= wanted) {
      if (request.allowed != nullptr) {
        request.allowed->for_each([&](DocId doc) {
          if (doc < documents) out.docs.push_back(doc);
        });
      } else {
        for (DocId doc = 0; doc < documents; ++doc) out.docs.push_back(doc);
      }
      return out;
    }
    const auto chosen =
        rarest(query, wanted, static_cast<double>(allowed) / static_cast<double>(documents));
    out.complete = chosen.size() == known;
    out.docs = matching(chosen);
    if (request.allowed != nullptr) {
      std::erase_if(out.docs, [&](DocId doc) { return !request.allowed->contains(doc); });
    }
    return out;
  }

  ScoreStatistics statistics(const Candidates& from, std::span<const LexicalHit> hits,
                             std::span<const QueryTerm> query, const DocSet* allowed) const {
    Sums sums;
    for (const LexicalHit& hit : hits) sums.add(hit.score, 1);
    if (!from.complete) {
      sample.for_each_score(query, [&](DocId doc, float score) {
        if (allowed != nullptr && !allowed->contains(doc)) return;
        if (!std::ranges::binary_search(from.docs, doc)) sums.add(score, sample.stride());
      });
    }
    return ScoreStatistics::from_sums(sums.count, sums.sum, sums.squares);
  }

  std::vector<LexicalHit> search(const LexicalQuery& request) const {
    if (request.limit == 0) throw Error(ErrorKind::invalid_argument, "limit must be at least 1");
    const auto reader = readers.take();
    const std::vector<QueryTerm>& query = reader->read(request.text, bm25f, terms);
    const Candidates found = candidates(query, request);
    std::vector<LexicalHit> hits;
    hits.reserve(found.docs.size());
    const auto weights = cache.get(found.docs);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const float score = weights[i]->score(query);
      if (score > 0) hits.push_back({found.docs[i], score});
    }
    if (request.statistics != nullptr) {
      describe(query, *request.statistics);
      request.statistics->scores = statistics(found, hits, query, request.allowed);
    }
    std::vector<float> buffer;
    std::vector<LexicalHit> best = best_hits(hits, request.limit, buffer);
    score_also(request.also, query, best);
    return best;
  }

  void score_also(std::span<const DocId> also, std::span<const QueryTerm> query,
                  std::vector<LexicalHit>& best) const {
    const std::size_t before = best.size();
    append_also(also, best, [](DocId) { return 0.0F; });
    std::vector<DocId> docs;
    for (std::size_t i = before; i < best.size(); ++i) {
      if (best[i].doc < documents) docs.push_back(best[i].doc);
    }
    const auto weights = cache.get(docs);
    std::size_t next = 0;
    for (std::size_t i = before; i < best.size(); ++i) {
      if (best[i].doc < documents) best[i].score = weights[next++]->score(query);
    }
  }

  std::vector<std::vector<TermContribution>> explain(std::string_view text,
                                                     std::span<const DocId> docs) const {
    const auto reader = readers.take();
    const std::vector<QueryTerm>& query = reader->read(text, bm25f, terms);
    std::vector<std::vector<TermContribution>> all;
    all.reserve(docs.size());
    for (const auto& weights : cache.get(docs)) all.push_back(weights->explain(text, query));
    return all;
  }

  std::shared_ptr<PostgresPool> pool;
  PostgresFullTextOptions options;
  Bm25fOptions bm25f;
  std::size_t documents;
  ContentTables tables;
  PostgresTerms terms;
  mutable DocumentCache cache;
  Sample sample;
  mutable ObjectPool<QueryTermReader> readers;
};

PostgresFullTextIndex::PostgresFullTextIndex(std::shared_ptr<PostgresPool> pool,
                                             const std::string& content_hash,
                                             PostgresFullTextOptions options) {
  if (options.candidates == 0 || options.sample == 0) {
    throw Error(ErrorKind::invalid_argument, "full text: at least one candidate and sample");
  }
  const Content content = find(options.loading ? *options.loading : *pool, content_hash);
  impl_ = std::make_unique<const Impl>(std::move(pool), content, options);
}

PostgresFullTextIndex::~PostgresFullTextIndex() = default;

std::size_t PostgresFullTextIndex::size() const { return impl_->documents; }

std::vector<LexicalHit> PostgresFullTextIndex::search(const LexicalQuery& query) const {
  return impl_->search(query);
}

std::vector<std::vector<TermContribution>> PostgresFullTextIndex::explain(
    std::string_view text, std::span<const DocId> docs) const {
  return impl_->explain(text, docs);
}

}  // namespace anireco
