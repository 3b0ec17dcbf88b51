#include "fulltext/query_terms.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/top_k.h"
#include "fulltext/nearest_words.h"
#include "text/unicode.h"

namespace anireco {
namespace {

float idf(std::size_t documents, std::size_t document_frequency) {
  const double n = static_cast<double>(documents);
  const double df = static_cast<double>(document_frequency);
  return static_cast<float>(std::log1p((n - df + 0.5) / (df + 0.5)));
}

/// The known word meant by an unknown one.
std::optional<KnownTerm> correction(std::string_view term, const TermDictionary& dictionary) {
  const std::size_t allowed = typos_allowed(count_code_points(term));
  if (allowed == 0 || !correctable(term)) return std::nullopt;
  std::vector<KnownTerm> found = dictionary.near(term, allowed);
  const auto best = std::ranges::min_element(found, [](const KnownTerm& a, const KnownTerm& b) {
    return std::tie(a.typos, b.documents, a.number) < std::tie(b.typos, a.documents, b.number);
  });
  if (best == found.end()) return std::nullopt;
  return std::move(*best);
}

bool better(const LexicalHit& a, const LexicalHit& b) {
  return a.score > b.score || (a.score == b.score && a.doc < b.doc);
}

}  // namespace

bool correctable(std::string_view term) {
  if (has_kana_or_han(term)) return false;
  return std::none_of(term.begin(), term.end(), [](char c) { return c >= '0' && c <= '9'; });
}

const std::vector<QueryTerm>& QueryTermReader::read(std::string_view text,
                                                    const Bm25fOptions& options,
                                                    const TermDictionary& dictionary) {
  if (text_ == text && !text.empty()) return terms_;
  text_.clear();
  terms_.clear();
  analyzer_.analyze(text, tokens_);
  std::unordered_map<std::string_view, std::size_t> at;
  std::vector<std::string_view> wanted;
  terms_.reserve(tokens_.size());
  for (const Token& token : tokens_) {
    const auto [place, is_new] = at.try_emplace(token.term, terms_.size());
    if (is_new) {
      terms_.push_back({.term = token.term, .begin = token.begin, .end = token.end});
      wanted.push_back(token.term);
    }
    terms_[place->second].times += 1;
  }
  std::vector<KnownTerm> known = dictionary.find(wanted);
  std::uint32_t corrections = options.typo_discount > 0 ? options.max_corrections : 0;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    QueryTerm& term = terms_[i];
    term.number = known[i].number;
    term.documents = known[i].documents;
    float discount = 1;
    if (!term.known() && corrections > 0) {
      --corrections;
      if (auto meant = correction(term.term, dictionary)) {
        term.number = meant->number;
        term.documents = meant->documents;
        term.term = std::move(meant->term);
        term.corrected = true;
        discount = std::pow(options.typo_discount, static_cast<float>(meant->typos));
      }
    }
    term.idf = idf(dictionary.documents(), term.documents);
    const float repeated = (options.k3 + 1) * term.times / (options.k3 + term.times);
    term.ceiling = term.idf * (options.k1 + 1) * repeated;
    term.weight = term.known() ? term.ceiling * discount : 0;
  }
  text_ = text;
  return terms_;
}

void describe(std::span<const QueryTerm> terms, LexicalStatistics& statistics) {
  statistics = {};
  statistics.words = terms.size();
  for (const QueryTerm& term : terms) {
    statistics.ceiling += term.ceiling;
    statistics.unknown += term.known() ? 0 : 1;
    statistics.corrected += term.corrected ? 1 : 0;
  }
}

TermContribution contribution(std::string_view text, const QueryTerm& term, std::uint16_t impact,
                              std::uint8_t fields) {
  TermContribution part;
  part.term = term.term;
  part.word = text.substr(term.begin, term.end - term.begin);
  for (std::size_t field = 0; field < kTextFieldCount; ++field) {
    if ((fields >> field & 1) != 0) part.fields.push_back(static_cast<TextField>(field));
  }
  part.idf = term.idf;
  part.score = term.unit() * static_cast<float>(impact);
  part.corrected = term.corrected;
  return part;
}

void sort_contributions(std::vector<TermContribution>& parts) {
  std::ranges::stable_sort(parts, std::ranges::greater(), &TermContribution::score);
}

std::vector<LexicalHit> best_hits(std::span<const LexicalHit> hits, std::size_t limit,
                                  std::vector<float>& buffer) {
  std::vector<LexicalHit> best;
  if (hits.size() <= limit) {
    best.assign(hits.begin(), hits.end());
  } else {
    buffer.resize(hits.size());
    std::ranges::transform(hits, buffer.begin(), &LexicalHit::score);
    const float reached = kth_largest(buffer, limit);
    best.reserve(limit + 16);
    std::ranges::copy_if(hits, std::back_inserter(best),
                         [reached](const LexicalHit& hit) { return hit.score >= reached; });
  }
  std::ranges::sort(best, better);
  if (best.size() > limit) best.resize(limit);
  return best;
}

}  // namespace anireco
