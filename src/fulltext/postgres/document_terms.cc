#include "fulltext/postgres/document_terms.h"

#include <algorithm>

#include "base/error.h"

namespace anireco {
namespace {

constexpr std::size_t kEntryBytes = 7;

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

void require(bool holds) {
  if (!holds) {
    throw Error(ErrorKind::corrupt, "the index of the published catalogue is damaged",
                "statistics of a document");
  }
}

}  // namespace

DocumentTerms::DocumentTerms(std::string_view bytes) {
  require(bytes.size() % kEntryBytes == 0);
  entries_.resize(bytes.size() / kEntryBytes);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::string_view b = bytes.substr(i * kEntryBytes, kEntryBytes);
    Entry& entry = entries_[i];
    entry.term = byte_at(b, 0) | byte_at(b, 1) << 8 | byte_at(b, 2) << 16 | byte_at(b, 3) << 24;
    entry.impact = static_cast<std::uint16_t>(byte_at(b, 4) | byte_at(b, 5) << 8);
    entry.fields = static_cast<std::uint8_t>(byte_at(b, 6));
    require(entry.term != KnownTerm::kUnknown && (i == 0 || entry.term > entries_[i - 1].term));
    require(entry.fields != 0 && entry.fields < (1U << kTextFieldCount));
  }
}

std::string DocumentTerms::serialise(std::span<const Entry> entries) {
  std::string out;
  out.reserve(entries.size() * kEntryBytes);
  for (const Entry& entry : entries) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      out += static_cast<char>(entry.term >> shift & 0xFF);
    }
    out += static_cast<char>(entry.impact & 0xFF);
    out += static_cast<char>(entry.impact >> 8);
    out += static_cast<char>(entry.fields);
  }
  return out;
}

const DocumentTerms::Entry* DocumentTerms::find(std::uint32_t term) const {
  const auto at = std::ranges::lower_bound(entries_, term, {}, &Entry::term);
  return at == entries_.end() || at->term != term ? nullptr : &*at;
}

float DocumentTerms::score(std::span<const QueryTerm> terms) const {
  float score = 0;
  for (const QueryTerm& term : terms) {
    if (!term.known()) continue;
    if (const Entry* entry = find(term.number)) {
      score += term.unit() * static_cast<float>(entry->impact);
    }
  }
  return score;
}

std::vector<TermContribution> DocumentTerms::explain(std::string_view text,
                                                     std::span<const QueryTerm> terms) const {
  std::vector<TermContribution> parts;
  for (const QueryTerm& term : terms) {
    if (!term.known()) continue;
    if (const Entry* entry = find(term.number)) {
      parts.push_back(contribution(text, term, entry->impact, entry->fields));
    }
  }
  sort_contributions(parts);
  return parts;
}

}  // namespace anireco
