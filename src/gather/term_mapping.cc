#include "gather/term_mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.h"
#include "catalog/fold.h"
#include "gather/embedded_mappings.h"

namespace anireco {
namespace {

/// A term as its spellings share it: "Post-Apocalyptic", "post_apocalyptic".
std::string fold_term(std::string_view term) {
  std::string spaced(term);
  std::ranges::replace_if(spaced, [](char c) { return c == '-' || c == '_' || c == '/'; }, ' ');
  return fold_name(spaced);
}

void add_name(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

constexpr auto kOriginPhrases = std::to_array<std::string_view>(
    {"based on ", "adapted ", "adaptation of ", "dubbed", "target audience", "subbed", "remake of ",
     "sequel", "to be ", "aired on", "streamed on"});

}  // namespace

TermMapping TermMapping::parse(std::string_view tsv) {
  TermMapping mapping;
  for (std::size_t line_number = 1; !tsv.empty(); ++line_number) {
    const std::size_t end = std::min(tsv.find('\n'), tsv.size());
    std::string_view line = tsv.substr(0, end);
    tsv.remove_prefix(std::min(end + 1, tsv.size()));
    if (line_number == 1 || line.empty()) continue;
    std::vector<std::string_view> cells;
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t tab = std::min(line.find('\t', begin), line.size());
      cells.push_back(line.substr(begin, tab - begin));
      begin = tab + 1;
    }
    const auto fail = [&](std::string_view reason) {
      throw Error(ErrorKind::corrupt, fmt::format("mapping, line {}: {}", line_number, reason));
    };
    if (cells.size() < 3 || cells.size() > 4) fail("needs three or four columns");
    const std::pair<std::string_view, Kind> kinds[] = {
        {"genre", Kind::genre}, {"theme", Kind::theme},   {"demographic", Kind::demographic},
        {"tag", Kind::tag},     {"source", Kind::source}, {"adult", Kind::adult},
        {"-", Kind::dropped}};
    const auto* const kind =
        std::ranges::find(kinds, cells[1], &std::pair<std::string_view, Kind>::first);
    if (kind == std::end(kinds)) fail("unknown kind");
    const bool named = kind->second != Kind::adult && kind->second != Kind::dropped;
    if (named != (cells[2] != "-") || cells[2].empty() || cells[0].empty()) {
      fail("term or name is missing");
    }
    mapping.targets_[fold_term(cells[0])].push_back(
        {kind->second, std::string(named ? cells[2] : std::string_view()), line_number});
  }
  return mapping;
}

TermMapping TermMapping::builtin(std::string_view source) {
  const std::optional<std::string_view> tsv = embedded::mapping(source);
  if (!tsv) {
    throw Error(ErrorKind::not_found, fmt::format("There is no mapping for \"{}\".", source));
  }
  return parse(*tsv);
}

void TermMapping::apply(std::span<const std::string> terms, Anime& anime) const {
  std::vector<std::string> known;
  std::vector<std::string> others;
  const Target* source = nullptr;
  for (const std::string& term : terms) {
    const auto at = targets_.find(fold_term(term));
    if (at == targets_.end()) {
      if (std::string name = fold_name(term); plausible_tag(name)) add_name(others, name);
      continue;
    }
    for (const Target& target : at->second) {
      switch (target.kind) {
        case Kind::genre:
          add_name(anime.genres, target.name);
          break;
        case Kind::theme:
          add_name(anime.themes, target.name);
          break;
        case Kind::demographic:
          add_name(anime.demographics, target.name);
          break;
        case Kind::tag:
          add_name(known, target.name);
          break;
        case Kind::source:
          if (source == nullptr || target.line < source->line) source = &target;
          break;
        case Kind::adult:
          anime.adult_flag = true;
          break;
        case Kind::dropped:
          break;
      }
    }
  }
  if (source != nullptr && anime.source_material.empty()) anime.source_material = source->name;
  for (const std::string& name : others) add_name(known, name);
  for (std::string& name : known) {
    if (anime.tags.size() >= kMostTags) break;
    const bool there =
        std::ranges::any_of(anime.tags, [&](const Tag& t) { return t.name == name; });
    if (!there) anime.tags.push_back({std::move(name), false});
  }
}

bool plausible_tag(std::string_view term) {
  if (term.size() < 3 || term.size() > 40) return false;
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool plain = std::ranges::all_of(term, [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') ||
           std::string_view(" '-+&.!").find(c) != std::string_view::npos;
  });
  return plain && std::ranges::any_of(term, letter) && std::ranges::count(term, ' ') <= 3 &&
         std::ranges::none_of(kOriginPhrases,
                              [&](std::string_view phrase) { return term.starts_with(phrase); });
}

}  // namespace anireco
