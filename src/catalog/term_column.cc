#include "catalog/term_column.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>

#include "catalog/fold.h"

namespace anireco {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
/// Documents a term must have, for each word of a set, to get a set of its own: a population count
/// over a word costs about as much as looking one document up.
constexpr std::size_t kDocsPerWord = 1;

}  // namespace

TermColumn::TermColumn(const std::vector<std::vector<std::string_view>>& values) {
  std::unordered_map<std::string_view, std::size_t> frequency;
  for (const auto& list : values) {
    for (std::string_view name : list) ++frequency[name];
  }
  // Spellings and their frequency by folded name; maps keep the order of names.
  std::map<std::string, std::map<std::string_view, std::size_t>> spellings;
  for (const auto& [name, n] : frequency) spellings[fold_name(name)].emplace(name, n);
  std::unordered_map<std::string_view, std::uint32_t> by_spelling;
  for (const auto& [key, forms] : spellings) {
    const auto best = std::ranges::max_element(
        forms, [](const auto& a, const auto& b) { return a.second < b.second; });
    const auto number = static_cast<std::uint32_t>(names_.size());
    for (const auto& [name, n] : forms) by_spelling.emplace(name, number);
    numbers_.emplace(key, number);
    names_.emplace_back(best->first);
  }

  first_term_.assign(values.size() + 1, 0);
  first_doc_.assign(names_.size() + 1, 0);
  for (std::size_t d = 0; d < values.size(); ++d) {
    const auto begin = static_cast<std::ptrdiff_t>(terms_.size());
    for (std::string_view name : values[d]) terms_.push_back(by_spelling.at(name));
    std::sort(terms_.begin() + begin, terms_.end());
    terms_.erase(std::unique(terms_.begin() + begin, terms_.end()), terms_.end());
    first_term_[d + 1] = static_cast<std::uint32_t>(terms_.size());
  }
  for (std::uint32_t term : terms_) ++first_doc_[term + 1];
  for (std::size_t t = 0; t < names_.size(); ++t) first_doc_[t + 1] += first_doc_[t];
  docs_.resize(terms_.size());
  std::vector<std::uint32_t> next(first_doc_.begin(), first_doc_.end() - 1);
  for (std::size_t d = 0; d < values.size(); ++d) {
    for (std::uint32_t term : terms(static_cast<DocId>(d))) {
      docs_[next[term]++] = static_cast<DocId>(d);
    }
  }
  for (std::uint32_t t = 0; t < names_.size(); ++t) {
    idf_.push_back(std::log(1 + static_cast<float>(values.size()) /
                                    static_cast<float>(document_frequency(t) + 1)));
  }
  for (std::size_t d = 0; d < values.size(); ++d) {
    float squares = 0;
    for (std::uint32_t term : terms(static_cast<DocId>(d))) squares += idf_[term] * idf_[term];
    norm_.push_back(std::sqrt(squares));
  }
  set_of_.assign(names_.size(), kNone);
  const std::size_t words = (values.size() + 63) / 64;
  for (std::uint32_t t = 0; t < names_.size(); ++t) {
    if (document_frequency(t) < words * kDocsPerWord) continue;
    set_of_[t] = static_cast<std::uint32_t>(sets_.size());
    DocSet& set = sets_.emplace_back(values.size());
    for (DocId doc : docs(t)) set.insert(doc);
  }
}

std::optional<std::uint32_t> TermColumn::find(std::string_view name) const {
  const auto at = numbers_.find(fold_name(name));
  if (at == numbers_.end()) return std::nullopt;
  return at->second;
}

void TermColumn::add_to(std::uint32_t term, DocSet& set) const {
  if (set_of_[term] != kNone) {
    set |= sets_[set_of_[term]];
  } else {
    for (DocId doc : docs(term)) set.insert(doc);
  }
}

void TermColumn::remove_from(std::uint32_t term, DocSet& set) const {
  if (set_of_[term] != kNone) {
    set -= sets_[set_of_[term]];
  } else {
    for (DocId doc : docs(term)) set.erase(doc);
  }
}

void TermColumn::restrict(std::uint32_t term, DocSet& set) const {
  if (set_of_[term] != kNone) {
    set &= sets_[set_of_[term]];
    return;
  }
  DocSet kept(set.size());
  for (DocId doc : docs(term)) {
    if (set.contains(doc)) kept.insert(doc);
  }
  set = std::move(kept);
}

std::uint32_t TermColumn::count_in(std::uint32_t term, const DocSet& set) const {
  std::uint32_t n = 0;
  if (set_of_[term] != kNone) {
    const auto mine = sets_[set_of_[term]].words();
    const auto theirs = set.words();
    for (std::size_t w = 0; w < mine.size(); ++w) {
      n += static_cast<std::uint32_t>(std::popcount(mine[w] & theirs[w]));
    }
    return n;
  }
  for (DocId doc : docs(term)) n += set.contains(doc) ? 1U : 0U;
  return n;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> TermColumn::count(const DocSet& set,
                                                                       std::size_t limit) const {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> found;
  const std::size_t size = set.count();
  if (size * 8 < set.size()) {
    std::vector<std::uint32_t> counts(names_.size(), 0);
    set.for_each([&](DocId doc) {
      for (std::uint32_t term : terms(doc)) ++counts[term];
    });
    for (std::uint32_t t = 0; t < counts.size(); ++t) {
      if (counts[t] != 0) found.emplace_back(t, counts[t]);
    }
  } else {
    const bool all = size == set.size();
    for (std::uint32_t t = 0; t < names_.size(); ++t) {
      const std::uint32_t n = all ? document_frequency(t) : count_in(t, set);
      if (n != 0) found.emplace_back(t, n);
    }
  }
  const std::size_t kept = std::min(limit, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    [](const auto& a, const auto& b) {
                      return a.second != b.second ? a.second > b.second : a.first < b.first;
                    });
  found.resize(kept);
  return found;
}

}  // namespace anireco
