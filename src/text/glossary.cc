#include "text/glossary.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "text/analyzer.h"
#include "text/russian_glossary.h"
#include "text/unicode.h"

namespace anireco {
namespace {

const AnalyzerOptions kEveryWord{.keep_stop_words = true};

std::string stems_of(Analyzer& analyzer, std::string_view text) {
  std::string stems;
  for (const Token& token : analyzer.analyze(text)) {
    if (!stems.empty()) stems += ' ';
    stems += token.term;
  }
  return stems;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

void append_word(std::string& text, std::string_view word) {
  if (!text.empty()) text += ' ';
  text += word;
}

}  // namespace

Glossary::Glossary(std::string_view text) {
  Analyzer analyzer(kEveryWord);
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::size_t tab = line.find('\t');
    const std::string stems = stems_of(analyzer, line.substr(0, tab));
    if (tab == std::string_view::npos || stems.empty() || trimmed(line.substr(tab + 1)).empty()) {
      throw Error(
          ErrorKind::corrupt,
          fmt::format("glossary, line {}: a word, a tab and its glosses are wanted", number));
    }
    const auto words = static_cast<std::size_t>(std::ranges::count(stems, ' ')) + 1;
    longest_ = std::max(longest_, words);
    Glosses& glosses = entries_[stems];
    for (line.remove_prefix(tab + 1); !line.empty();) {
      const std::size_t end = std::min(line.find(';'), line.size());
      const std::string_view gloss = trimmed(line.substr(0, end));
      line.remove_prefix(std::min(end + 1, line.size()));
      if (gloss.empty() || gloss == "-") continue;
      if (std::ranges::find(glosses, gloss) == glosses.end()) glosses.emplace_back(gloss);
    }
  }
}

template <typename Known, typename Other>
void Glossary::walk(std::string_view text, Known known, Other other) const {
  Analyzer analyzer(kEveryWord);
  const std::vector<Token> tokens = analyzer.analyze(text);
  for (std::size_t at = 0; at < tokens.size();) {
    std::size_t taken = 0;
    for (std::size_t n = std::min(longest_, tokens.size() - at); n > 0 && taken == 0; --n) {
      std::string stems = tokens[at].term;
      for (std::size_t i = 1; i < n; ++i) stems += ' ' + tokens[at + i].term;
      if (const auto found = entries_.find(stems); found != entries_.end()) {
        known(found->second);
        taken = n;
      }
    }
    if (taken == 0) {
      other(text.substr(tokens[at].begin, tokens[at].end - tokens[at].begin));
      taken = 1;
    }
    at += taken;
  }
}

std::string Glossary::render(std::string_view text) const {
  std::string rendered;
  walk(
      text,
      [&](const Glosses& glosses) {
        if (!glosses.empty()) append_word(rendered, glosses.front());
      },
      [&](std::string_view word) {
        if (!is_cyrillic_only(word)) append_word(rendered, word);
      });
  return rendered;
}

std::string Glossary::all_glosses(std::string_view text) const {
  std::vector<std::string_view> met;
  walk(
      text,
      [&](const Glosses& glosses) {
        for (const std::string& gloss : glosses) {
          if (std::ranges::find(met, gloss) == met.end()) met.push_back(gloss);
        }
      },
      [](std::string_view) {});
  std::string all;
  for (std::string_view gloss : met) append_word(all, gloss);
  return all;
}

const Glossary& russian_glossary() {
  static const Glossary kGlossary(embedded_russian_glossary());
  return kGlossary;
}

}  // namespace anireco
