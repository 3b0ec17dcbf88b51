#include "fulltext/postings_builder.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fulltext/field_texts.h"
#include "text/analyzer.h"

namespace anireco {
namespace {

// Texts whose lengths are compared with each other: those of one field and language.
using TextClass = std::pair<TextField, std::string>;

struct TermCount {
  std::uint32_t term;
  std::uint32_t count;
};

// One text of a document: a name, or all synopses of a language together.
struct Text {
  std::uint32_t text_class;
  std::uint32_t length;      // in terms
  std::size_t counts_begin;  // into TermCounts of its analysis
  std::size_t counts_end;
};

bool is_name(TextField field) { return field == TextField::title || field == TextField::synonym; }

// What one thread made of its share of the documents. Terms and classes have numbers of its own.
class Analysis {
 public:
  explicit Analysis(const Bm25fOptions& options) : options_(options) {}

  void add(const Anime& anime) {
    for_each_field_text(anime, options_, [this](const FieldText& text) {
      for (const std::string_view part : text.parts) tokens_of(part);
      finish_text({text.field, std::string(text.language)});
    });
    texts_of_document_.push_back(texts_.size());
  }

  std::vector<Text> texts_;
  std::vector<TermCount> counts_;
  std::vector<std::size_t> texts_of_document_ = {0};
  std::vector<std::string> terms_;
  std::vector<TextClass> classes_;

 private:
  void tokens_of(std::string_view text) {
    if (text.empty()) return;
    analyzer_.analyze(text, tokens_);
    for (Token& token : tokens_) {
      const auto [at, is_new] = term_numbers_.try_emplace(
          std::move(token.term), static_cast<std::uint32_t>(terms_.size()));
      if (is_new) terms_.push_back(at->first);
      current_.push_back(at->second);
    }
  }

  void finish_text(const TextClass& text_class) {
    if (!current_.empty()) {
      const auto [at, is_new] =
          class_numbers_.try_emplace(text_class, static_cast<std::uint32_t>(classes_.size()));
      if (is_new) classes_.push_back(text_class);
      Text text{at->second, static_cast<std::uint32_t>(current_.size()), counts_.size(), 0};
      std::sort(current_.begin(), current_.end());
      for (std::size_t i = 0; i < current_.size();) {
        const std::size_t begin = i;
        while (i < current_.size() && current_[i] == current_[begin]) ++i;
        counts_.push_back({current_[begin], static_cast<std::uint32_t>(i - begin)});
      }
      text.counts_end = counts_.size();
      texts_.push_back(text);
    }
    current_.clear();
  }

  const Bm25fOptions& options_;
  Analyzer analyzer_;
  std::vector<Token> tokens_;
  std::vector<std::uint32_t> current_;
  std::unordered_map<std::string, std::uint32_t> term_numbers_;
  std::map<TextClass, std::uint32_t> class_numbers_;
};

std::vector<Analysis> analyse(const Catalog& catalog, const PostingsOptions& options) {
  std::vector<std::future<Analysis>> parts;
  for (std::size_t i = 0; i < options.threads; ++i) {
    const std::size_t begin = catalog.size() * i / options.threads;
    const std::size_t end = catalog.size() * (i + 1) / options.threads;
    const auto policy = i == 0 ? std::launch::deferred : std::launch::async;
    parts.push_back(std::async(policy, [&catalog, &options, begin, end] {
      Analysis analysis(options.bm25f);
      for (std::size_t doc = begin; doc < end; ++doc) {
        analysis.add(catalog[static_cast<DocId>(doc)]);
      }
      return analysis;
    }));
  }
  std::vector<Analysis> analyses;
  for (auto& part : parts) analyses.push_back(part.get());
  return analyses;
}

std::vector<std::string> merge_terms(const std::vector<Analysis>& analyses) {
  std::vector<std::string> terms;
  for (const Analysis& analysis : analyses) {
    terms.insert(terms.end(), analysis.terms_.begin(), analysis.terms_.end());
  }
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return terms;
}

std::map<TextClass, double> average_lengths(const std::vector<Analysis>& analyses) {
  std::map<TextClass, std::pair<std::uint64_t, std::uint64_t>> sums;
  for (const Analysis& analysis : analyses) {
    for (const Text& text : analysis.texts_) {
      auto& [count, length] = sums[analysis.classes_[text.text_class]];
      ++count;
      length += text.length;
    }
  }
  std::map<TextClass, double> averages;
  for (const auto& [text_class, sum] : sums) {
    averages[text_class] = static_cast<double>(sum.second) / static_cast<double>(sum.first);
  }
  return averages;
}

// A term's weighted frequency in one text.
struct Part {
  std::uint32_t term;
  TextField field;
  double frequency;
};

struct Posting {
  std::uint32_t term;
  std::uint32_t doc;
  std::uint16_t impact;
  std::uint8_t fields;
};

// Adds the parts of one document up: of several names the best, of other fields the sum.
void add_postings(std::vector<Part>& parts, std::uint32_t doc, double k1,
                  std::vector<Posting>& postings) {
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return std::tie(a.term, a.field, a.frequency) < std::tie(b.term, b.field, b.frequency);
  });
  for (std::size_t i = 0; i < parts.size();) {
    const std::uint32_t term = parts[i].term;
    double frequency = 0;
    unsigned fields = 0;
    while (i < parts.size() && parts[i].term == term) {
      const TextField field = parts[i].field;
      double of_field = 0;
      for (; i < parts.size() && parts[i].term == term && parts[i].field == field; ++i) {
        of_field = is_name(field) ? parts[i].frequency : of_field + parts[i].frequency;
      }
      frequency += of_field;
      fields |= 1U << static_cast<unsigned>(field);
    }
    const double impact = std::round(65535 * frequency / (k1 + frequency));
    postings.push_back({term, doc, static_cast<std::uint16_t>(std::clamp(impact, 1.0, 65535.0)),
                        static_cast<std::uint8_t>(fields)});
  }
  parts.clear();
}

// Factors of one analysis' classes: weight / (1 - b + b * length / average).
struct ClassFactor {
  TextField field;
  double weight;
  double base;
  double per_term;
};

std::vector<ClassFactor> class_factors(const Analysis& analysis, const Bm25fOptions& options,
                                       const std::map<TextClass, double>& averages) {
  std::vector<ClassFactor> factors;
  for (const TextClass& text_class : analysis.classes_) {
    const Bm25fField& field = options.fields[static_cast<std::size_t>(text_class.first)];
    const double b = static_cast<double>(field.b);
    factors.push_back(
        {text_class.first, static_cast<double>(field.weight), 1 - b, b / averages.at(text_class)});
  }
  return factors;
}

std::vector<Posting> make_postings(const std::vector<Analysis>& analyses,
                                   const std::vector<std::string>& terms,
                                   const Bm25fOptions& options) {
  const auto averages = average_lengths(analyses);
  std::vector<Posting> postings;
  std::vector<Part> parts;
  std::uint32_t doc = 0;
  for (const Analysis& analysis : analyses) {
    std::vector<std::uint32_t> number_of;
    number_of.reserve(analysis.terms_.size());
    for (const std::string& term : analysis.terms_) {
      const auto at = std::lower_bound(terms.begin(), terms.end(), term);
      number_of.push_back(static_cast<std::uint32_t>(at - terms.begin()));
    }
    const auto factors = class_factors(analysis, options, averages);
    for (std::size_t d = 0; d + 1 < analysis.texts_of_document_.size(); ++d, ++doc) {
      for (std::size_t t = analysis.texts_of_document_[d]; t < analysis.texts_of_document_[d + 1];
           ++t) {
        const Text& text = analysis.texts_[t];
        const ClassFactor& factor = factors[text.text_class];
        const double scale = factor.weight / (factor.base + factor.per_term * text.length);
        for (std::size_t i = text.counts_begin; i < text.counts_end; ++i) {
          const TermCount& count = analysis.counts_[i];
          parts.push_back({number_of[count.term], factor.field, scale * count.count});
        }
      }
      add_postings(parts, doc, static_cast<double>(options.k1), postings);
    }
  }
  return postings;
}

}  // namespace

PostingsData build_postings(const Catalog& catalog, const PostingsOptions& options) {
  check_options(options.bm25f, ErrorKind::invalid_argument);
  if (options.threads == 0) {
    throw Error(ErrorKind::invalid_argument, "postings need at least one thread");
  }
  const std::vector<Analysis> analyses = analyse(catalog, options);
  PostingsData data;
  data.options = options.bm25f;
  data.generation = options.generation;
  data.documents = static_cast<std::uint32_t>(catalog.size());
  data.terms = merge_terms(analyses);
  const std::vector<Posting> postings = make_postings(analyses, data.terms, options.bm25f);
  if (postings.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::invalid_argument, "too many texts for one postings file");
  }

  // Documents come ascending, so a stable distribution by term leaves every list in order.
  data.list_offsets.assign(data.terms.size() + 1, 0);
  for (const Posting& posting : postings) ++data.list_offsets[posting.term + 1];
  for (std::size_t i = 1; i < data.list_offsets.size(); ++i) {
    data.list_offsets[i] += data.list_offsets[i - 1];
  }
  data.docs.resize(postings.size());
  data.impacts.resize(postings.size());
  data.fields.resize(postings.size());
  std::vector<std::uint32_t> next(data.list_offsets.begin(), data.list_offsets.end() - 1);
  for (const Posting& posting : postings) {
    const std::uint32_t at = next[posting.term]++;
    data.docs[at] = posting.doc;
    data.impacts[at] = posting.impact;
    data.fields[at] = posting.fields;
  }
  return data;
}

}  // namespace anireco
