#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "fulltext/bm25f_index.h"
#include "text/analyzer.h"

namespace anireco {

/// BM25F as its formula reads, one document and term at a time.
class NaiveBm25f {
 public:
  NaiveBm25f(const Catalog& catalog, const Bm25fOptions& options) : options_(options) {
    for (DocId doc = 0; doc < catalog.size(); ++doc) texts_.push_back(texts_of(catalog[doc]));
    std::map<std::pair<TextField, std::string>, std::pair<double, double>> sums;
    for (const auto& document : texts_) {
      for (const Text& text : document) {
        sums[{text.field, text.language}].first += 1;
        sums[{text.field, text.language}].second += static_cast<double>(text.terms.size());
      }
    }
    for (const auto& [key, sum] : sums) averages_[key] = sum.second / sum.first;
  }

  double frequency(DocId doc, const std::string& term) const {
    std::map<TextField, double> by_field;
    for (const Text& text : texts_[doc]) {
      const Bm25fField& field = options_.fields[static_cast<std::size_t>(text.field)];
      const auto count =
          static_cast<double>(std::count(text.terms.begin(), text.terms.end(), term));
      const double length = static_cast<double>(text.terms.size());
      const double b = static_cast<double>(field.b);
      const double part = static_cast<double>(field.weight) * count /
                          (1 - b + b * length / averages_.at({text.field, text.language}));
      double& sum = by_field[text.field];
      const bool name = text.field == TextField::title || text.field == TextField::synonym;
      sum = name ? std::max(sum, part) : sum + part;
    }
    double frequency = 0;
    for (const auto& [field, part] : by_field) frequency += part;
    return frequency;
  }

  /// Of every document.
  std::vector<double> scores(const std::vector<std::string>& terms) const {
    std::map<std::string, double> times;
    for (const std::string& term : terms) ++times[term];
    std::vector<double> scores(texts_.size(), 0);
    for (const auto& [term, count] : times) {
      std::vector<double> frequencies;
      double df = 0;
      for (DocId doc = 0; doc < texts_.size(); ++doc) {
        frequencies.push_back(frequency(doc, term));
        df += frequencies.back() > 0;
      }
      const double n = static_cast<double>(texts_.size());
      const double k1 = static_cast<double>(options_.k1);
      const double k3 = static_cast<double>(options_.k3);
      for (DocId doc = 0; doc < texts_.size(); ++doc) {
        const double tf = frequencies[doc];
        scores[doc] += std::log(1 + (n - df + 0.5) / (df + 0.5)) * (k1 + 1) * tf / (k1 + tf) *
                       (k3 + 1) * count / (k3 + count);
      }
    }
    return scores;
  }

 private:
  struct Text {
    TextField field;
    std::string language;
    std::vector<std::string> terms;
  };

  std::vector<Text> texts_of(const Anime& anime) {
    std::vector<Text> texts;
    const auto add = [&](TextField field, const std::string& language, const std::string& text) {
      std::vector<std::string> terms;
      for (const Token& token : analyzer_.analyze(text)) terms.push_back(token.term);
      if (!terms.empty()) texts.push_back({field, language, terms});
    };
    add(TextField::title, "", anime.titles.romaji);
    add(TextField::title, "", anime.titles.english);
    for (const std::string& synonym : anime.titles.synonyms) add(TextField::synonym, "", synonym);
    std::string tags;
    for (const std::string& genre : anime.genres) tags += genre + "\n";
    for (const Tag& tag : anime.tags) tags += tag.name + "\n";
    add(TextField::tag, "", tags);
    for (const SourcedText& text : anime.synopses) {
      add(TextField::synopsis, text.language, text.text);
    }
    for (const RememberedPhrase& phrase : anime.remembered) {
      add(TextField::remembered, phrase.language, phrase.text);
    }
    return texts;
  }

  Bm25fOptions options_;
  Analyzer analyzer_;
  std::vector<std::vector<Text>> texts_;
  std::map<std::pair<TextField, std::string>, double> averages_;
};

}  // namespace anireco
