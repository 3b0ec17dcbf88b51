#include "fulltext/postgres/document_words.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "fulltext/field_texts.h"

namespace anireco {
namespace {

/// By TextField.
constexpr std::array<char, kTextFieldCount> kLabels = {'A', 'B', 'C', 'D', 'B'};
/// PostgreSQL's own limits (Documentation, 12.11): a position is below 16,384, a lexeme has at most
/// 256 of them, a tsvector is smaller than 1 MB.
constexpr std::uint32_t kLastPosition = 16383;
constexpr std::size_t kMostPositions = 200;
constexpr std::size_t kMostBytes = 1'000'000;
constexpr std::uint32_t kGap = 8;

}  // namespace

void append_lexeme(std::string_view term, std::string& out) {
  out += '\'';
  for (const char c : term) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  out += '\'';
}

std::string document_words(const Anime& anime, const Bm25fOptions& options, Analyzer& analyzer) {
  std::map<std::string, std::vector<std::pair<std::uint32_t, char>>> places;
  std::vector<Token> tokens;
  std::uint32_t next = 1;
  for_each_field_text(anime, options, [&](const FieldText& text) {
    const char label = kLabels[static_cast<std::size_t>(text.field)];
    for (const std::string_view part : text.parts) {
      if (part.empty()) continue;
      analyzer.analyze(part, tokens);
      std::uint32_t last = next;
      for (const Token& token : tokens) {
        last = std::min(next + token.position, kLastPosition);
        auto& of_term = places[token.term];
        if (of_term.size() < kMostPositions) of_term.emplace_back(last, label);
      }
      next = std::min(last + kGap, kLastPosition);
    }
  });
  std::string out;
  std::size_t stored = 0;
  for (const auto& [term, of_term] : places) {
    // As it lies in the tsvector: the lexeme, its entry, two bytes a position, padding.
    stored += term.size() + 4 + 2 + 2 * of_term.size() + 2;
    if (stored > kMostBytes) break;
    if (!out.empty()) out += ' ';
    append_lexeme(term, out);
    char before = ':';
    for (const auto& [position, label] : of_term) {
      out += before;
      out += std::to_string(position);
      if (label != 'D') out += label;
      before = ',';
    }
  }
  return out;
}

}  // namespace anireco
