#include "fulltext/bm25f_index.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/object_pool.h"
#include "fulltext/nearest_words.h"
#include "fulltext/postings_builder.h"
#include "fulltext/postings_file.h"
#include "fulltext/query_terms.h"

namespace anireco {

struct Bm25fIndex::Impl : TermDictionary {
  struct Scratch {
    QueryTermReader reader;     // remembers: what is searched is soon explained
    std::vector<float> scores;  // [documents], all zero between searches
    std::vector<float> values;  // for best_hits
    std::vector<LexicalHit> hits;
  };

  explicit Impl(std::span<const std::byte> bytes) : view(bytes) {
    if (view.options().typo_discount <= 0 || view.options().max_corrections == 0) return;
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t number = 0; number < view.terms(); ++number) {
      const std::string_view term = view.term(number);
      if (term.size() >= kLeastCorrectedBytes && correctable(term)) numbers.push_back(number);
    }
    words = NearestWords(numbers, [this](std::uint32_t number) { return view.term(number); });
  }

  std::size_t documents() const override { return view.documents(); }

  KnownTerm known(std::uint32_t number) const {
    return {.number = number,
            .term = std::string(view.term(number)),
            .documents = static_cast<std::uint32_t>(view.list(number).docs.size())};
  }

  std::vector<KnownTerm> find(std::span<const std::string_view> terms) const override {
    std::vector<KnownTerm> out;
    out.reserve(terms.size());
    for (const std::string_view term : terms) {
      const std::uint32_t number = view.find(term);
      out.push_back(number == PostingsView::kUnknown ? KnownTerm{} : known(number));
    }
    return out;
  }

  std::vector<KnownTerm> near(std::string_view term, std::size_t max_typos) const override {
    std::vector<KnownTerm> out;
    for (const NearestWords::Found& found :
         words.within(term, max_typos, [this](std::uint32_t n) { return view.term(n); })) {
      out.push_back(known(found.number));
      out.back().typos = found.typos;
    }
    return out;
  }

  const std::vector<QueryTerm>& query_terms(std::string_view text, Scratch& scratch) const {
    return scratch.reader.read(text, view.options(), *this);
  }

  void accumulate(std::span<const QueryTerm> terms, std::span<float> scores) const {
    for (const QueryTerm& term : terms) {
      if (!term.known()) continue;
      const PostingsList list = view.list(term.number);
      const float weight = term.unit();
      for (std::size_t i = 0; i < list.docs.size(); ++i) {
        scores[list.docs[i]] += weight * static_cast<float>(list.impacts[i]);
      }
    }
  }

  // Copies the scores above 0 of allowed documents to values and hits.
  void collect(const DocSet* allowed, Scratch& scratch, ScoreStatistics* statistics) const {
    scratch.hits.resize(view.documents());
    std::size_t n = 0;
    double sum = 0;
    double squares = 0;
    for (std::size_t d = 0; d < view.documents(); ++d) {
      const float score = scratch.scores[d];
      if (!(score > 0)) continue;
      const auto doc = static_cast<DocId>(d);
      if (allowed != nullptr && !allowed->contains(doc)) continue;
      scratch.hits[n] = {doc, score};
      ++n;
      sum += static_cast<double>(score);
      squares += static_cast<double>(score) * static_cast<double>(score);
    }
    scratch.hits.resize(n);
    if (statistics != nullptr) *statistics = ScoreStatistics::from_sums(n, sum, squares);
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

    std::vector<LexicalHit> best = best_hits(scratch->hits, query.limit, scratch->values);
    append_also(query.also, best, [&](DocId doc) {
      return doc < scratch->scores.size() ? scratch->scores[doc] : 0.0F;
    });
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
      if (!term.known()) continue;
      const PostingsList list = view.list(term.number);
      const auto at = std::lower_bound(list.docs.begin(), list.docs.end(), doc);
      if (at == list.docs.end() || *at != doc) continue;
      const auto i = static_cast<std::size_t>(at - list.docs.begin());
      parts.push_back(contribution(text, term, list.impacts[i], list.fields[i]));
    }
    sort_contributions(parts);
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
