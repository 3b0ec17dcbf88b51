#include "fulltext/bm25f_index.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/file.h"
#include "base/object_pool.h"
#include "base/top_k.h"
#include "fulltext/nearest_words.h"
#include "fulltext/postings_builder.h"
#include "fulltext/postings_file.h"
#include "text/analyzer.h"
#include "text/unicode.h"

namespace anireco {
namespace {

// Kept as a document's word even when typed with a typo: no digits, no signs, no pieces of two.
bool correctable(std::string_view term) {
  if (has_kana_or_han(term)) return false;
  return std::none_of(term.begin(), term.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A distinct term of a query.
struct QueryTerm {
  std::uint32_t number = PostingsView::kUnknown;
  std::string term;
  std::uint32_t begin = 0;  // of its first word in the text
  std::uint32_t end = 0;
  float times = 0;  // in the query
  float idf = 0;
  float weight = 0;   // idf * (k1 + 1) * saturation of `times` * typo discount
  float ceiling = 0;  // the same without the discount
  bool corrected = false;
};

bool better(const LexicalHit& a, const LexicalHit& b) {
  return a.score > b.score || (a.score == b.score && a.doc < b.doc);
}

constexpr float kImpactUnit = 1.0F / 65535.0F;

}  // namespace

struct Bm25fIndex::Impl {
  struct Scratch {
    Analyzer analyzer;
    std::vector<Token> tokens;
    std::vector<float> scores;  // [documents], all zero between searches
    std::vector<float> values;
    std::vector<LexicalHit> hits;
    std::string text;  // of the query whose terms these are: what is searched is soon explained
    std::vector<QueryTerm> terms;
  };

  explicit Impl(std::span<const std::byte> bytes) : view(bytes) {
    if (view.options().typo_discount <= 0 || view.options().max_corrections == 0) return;
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t number = 0; number < view.terms(); ++number) {
      const std::string_view term = view.term(number);
      if (term.size() > 3 && correctable(term)) numbers.push_back(number);
    }
    words = NearestWords(numbers, [this](std::uint32_t number) { return view.term(number); });
  }

  float idf(std::size_t document_frequency) const {
    const double n = static_cast<double>(view.documents());
    const double df = static_cast<double>(document_frequency);
    return static_cast<float>(std::log1p((n - df + 0.5) / (df + 0.5)));
  }

  // The known word meant by an unknown one: fewest typos, then most frequent.
  std::optional<NearestWords::Found> correction(std::string_view term) const {
    const std::size_t allowed = typos_allowed(count_code_points(term));
    if (allowed == 0 || !correctable(term)) return std::nullopt;
    std::optional<NearestWords::Found> best;
    for (const NearestWords::Found& found :
         words.within(term, allowed, [this](std::uint32_t n) { return view.term(n); })) {
      const auto key = [this](const NearestWords::Found& word) {
        return std::pair(-static_cast<std::int64_t>(word.typos),
                         view.list(word.number).docs.size());
      };
      if (!best || key(found) > key(*best) ||
          (key(found) == key(*best) && found.number < best->number)) {
        best = found;
      }
    }
    return best;
  }

  const std::vector<QueryTerm>& query_terms(std::string_view text, Scratch& scratch) const {
    if (scratch.text == text) return scratch.terms;
    scratch.text.clear();
    std::vector<QueryTerm>& terms = scratch.terms;
    terms.clear();
    scratch.analyzer.analyze(text, scratch.tokens);
    std::unordered_map<std::string_view, std::size_t> at;
    terms.reserve(scratch.tokens.size());
    for (const Token& token : scratch.tokens) {
      const auto [place, is_new] = at.try_emplace(token.term, terms.size());
      if (is_new) {
        terms.push_back({.term = token.term, .begin = token.begin, .end = token.end});
      }
      terms[place->second].times += 1;
    }
    const Bm25fOptions& options = view.options();
    std::uint32_t corrections = options.typo_discount > 0 ? options.max_corrections : 0;
    for (QueryTerm& term : terms) {
      term.number = view.find(term.term);
      float discount = 1;
      if (term.number == PostingsView::kUnknown && corrections > 0) {
        --corrections;
        if (const auto meant = correction(term.term)) {
          term.number = meant->number;
          term.term = view.term(meant->number);
          term.corrected = true;
          discount = std::pow(options.typo_discount, static_cast<float>(meant->typos));
        }
      }
      const bool known = term.number != PostingsView::kUnknown;
      term.idf = idf(known ? view.list(term.number).docs.size() : 0);
      const float repeated = (options.k3 + 1) * term.times / (options.k3 + term.times);
      term.ceiling = term.idf * (options.k1 + 1) * repeated;
      term.weight = known ? term.ceiling * discount : 0;
    }
    scratch.text = text;
    return terms;
  }

  void accumulate(std::span<const QueryTerm> terms, std::span<float> scores) const {
    for (const QueryTerm& term : terms) {
      if (term.number == PostingsView::kUnknown) continue;
      const PostingsList list = view.list(term.number);
      const float weight = term.weight * kImpactUnit;
      for (std::size_t i = 0; i < list.docs.size(); ++i) {
        scores[list.docs[i]] += weight * static_cast<float>(list.impacts[i]);
      }
    }
  }

  // Copies the scores above 0 of allowed documents to values and hits.
  void collect(const DocSet* allowed, Scratch& scratch, ScoreStatistics* statistics) const {
    scratch.values.resize(view.documents());
    scratch.hits.resize(view.documents());
    std::size_t n = 0;
    double sum = 0;
    double squares = 0;
    for (std::size_t d = 0; d < view.documents(); ++d) {
      const float score = scratch.scores[d];
      if (!(score > 0)) continue;
      const auto doc = static_cast<DocId>(d);
      if (allowed != nullptr && !allowed->contains(doc)) continue;
      scratch.values[n] = score;
      scratch.hits[n] = {doc, score};
      ++n;
      sum += static_cast<double>(score);
      squares += static_cast<double>(score) * static_cast<double>(score);
    }
    scratch.values.resize(n);
    scratch.hits.resize(n);
    if (statistics != nullptr) *statistics = ScoreStatistics::from_sums(n, sum, squares);
  }

  static void describe(std::span<const QueryTerm> terms, LexicalStatistics& statistics) {
    statistics = {};
    statistics.words = terms.size();
    for (const QueryTerm& term : terms) {
      statistics.ceiling += term.ceiling;
      statistics.unknown += term.number == PostingsView::kUnknown ? 1 : 0;
      statistics.corrected += term.corrected ? 1 : 0;
    }
  }

  static void append_also(std::span<const DocId> also, std::span<const float> scores,
                          std::vector<LexicalHit>& hits) {
    if (also.empty()) return;
    std::vector<DocId> known(hits.size());
    std::transform(hits.begin(), hits.end(), known.begin(),
                   [](const LexicalHit& hit) { return hit.doc; });
    std::sort(known.begin(), known.end());
    for (const DocId doc : also) {
      if (std::binary_search(known.begin(), known.end(), doc)) continue;
      hits.push_back({doc, doc < scores.size() ? scores[doc] : 0.0F});
    }
  }

  std::vector<LexicalHit> search(const LexicalQuery& query) const {
    if (query.limit == 0) throw Error(ErrorKind::invalid_argument, "limit must be at least 1");
    const auto scratch = scratches.take();
    const auto& terms = query_terms(query.text, *scratch);
    if (query.statistics != nullptr) describe(terms, *query.statistics);
    scratch->scores.resize(view.documents(), 0.0F);
    accumulate(terms, scratch->scores);
    collect(query.allowed, *scratch,
            query.statistics == nullptr ? nullptr : &query.statistics->scores);

    std::vector<LexicalHit> best;
    const std::vector<LexicalHit>& all = scratch->hits;
    if (all.size() <= query.limit) {
      best.assign(all.begin(), all.end());
    } else {
      const float reached = kth_largest(scratch->values, query.limit);
      best.reserve(query.limit + 16);
      std::copy_if(all.begin(), all.end(), std::back_inserter(best),
                   [reached](const LexicalHit& hit) { return hit.score >= reached; });
    }
    std::sort(best.begin(), best.end(), better);
    if (best.size() > query.limit) best.resize(query.limit);
    append_also(query.also, scratch->scores, best);
    std::fill(scratch->scores.begin(), scratch->scores.end(), 0.0F);
    return best;
  }

  std::vector<std::vector<TermContribution>> explain(std::string_view text,
                                                     std::span<const DocId> docs) const {
    const auto scratch = scratches.take();
    const auto& terms = query_terms(text, *scratch);
    std::vector<std::vector<TermContribution>> all;
    all.reserve(docs.size());
    for (const DocId doc : docs) all.push_back(contributions(text, terms, doc));
    return all;
  }

  std::vector<TermContribution> contributions(std::string_view text,
                                              std::span<const QueryTerm> terms, DocId doc) const {
    std::vector<TermContribution> parts;
    for (const QueryTerm& term : terms) {
      if (term.number == PostingsView::kUnknown) continue;
      const PostingsList list = view.list(term.number);
      const auto at = std::lower_bound(list.docs.begin(), list.docs.end(), doc);
      if (at == list.docs.end() || *at != doc) continue;
      const auto i = static_cast<std::size_t>(at - list.docs.begin());
      TermContribution part;
      part.term = term.term;
      part.word = text.substr(term.begin, term.end - term.begin);
      for (std::size_t field = 0; field < kTextFieldCount; ++field) {
        if ((list.fields[i] >> field & 1) != 0)
          part.fields.push_back(static_cast<TextField>(field));
      }
      part.idf = term.idf;
      part.score = term.weight * kImpactUnit * static_cast<float>(list.impacts[i]);
      part.corrected = term.corrected;
      parts.push_back(std::move(part));
    }
    std::stable_sort(parts.begin(), parts.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    return parts;
  }

  std::optional<AlignedBytes> own_bytes;  // When built in memory.
  MappedFile file;                        // When opened.
  PostingsView view;
  NearestWords words;
  mutable ObjectPool<Scratch> scratches;
};

Bm25fIndex::Bm25fIndex(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Bm25fIndex::~Bm25fIndex() = default;
Bm25fIndex::Bm25fIndex(Bm25fIndex&&) noexcept = default;
Bm25fIndex& Bm25fIndex::operator=(Bm25fIndex&&) noexcept = default;

void write_postings_file(const Catalog& catalog, const std::filesystem::path& path,
                         const PostingsOptions& options) {
  write_file_atomic(path, serialise_postings(build_postings(catalog, options)).bytes());
}

Bm25fIndex Bm25fIndex::open(const std::filesystem::path& path) {
  MappedFile file(path);
  file.prefetch();
  auto impl = std::make_unique<Impl>(file.bytes());
  impl->file = std::move(file);
  return Bm25fIndex(std::move(impl));
}

Bm25fIndex Bm25fIndex::build_in_memory(const Catalog& catalog, const PostingsOptions& options) {
  AlignedBytes bytes = serialise_postings(build_postings(catalog, options));
  auto impl = std::make_unique<Impl>(std::as_const(bytes).bytes());
  impl->own_bytes = std::move(bytes);
  return Bm25fIndex(std::move(impl));
}

Bm25fIndex Bm25fIndex::over(std::span<const std::byte> bytes) {
  return Bm25fIndex(std::make_unique<Impl>(bytes));
}

std::uint64_t Bm25fIndex::generation() const { return impl_->view.generation(); }
std::size_t Bm25fIndex::size() const { return impl_->view.documents(); }
std::size_t Bm25fIndex::term_count() const { return impl_->view.terms(); }
const Bm25fOptions& Bm25fIndex::options() const { return impl_->view.options(); }

std::vector<LexicalHit> Bm25fIndex::search(const LexicalQuery& query) const {
  return impl_->search(query);
}

std::vector<std::vector<TermContribution>> Bm25fIndex::explain(std::string_view text,
                                                               std::span<const DocId> docs) const {
  return impl_->explain(text, docs);
}

}  // namespace anireco
