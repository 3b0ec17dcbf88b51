#include "search/similarity_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "search/default_similarity_model.h"
#include "search/model_line.h"

namespace anireco {
namespace {

constexpr std::array<std::string_view, kSimilarFeatureCount> kFeatureNames = {
    "affinity",
    "text",
    "genres",
    "themes",
    "demographics",
    "tags",
    "studios",
    "shared_genres",
    "shared_themes",
    "shared_tags",
    "popularity",
    "popularity_difference",
    "year",
    "year_difference",
    "score",
    "score_difference",
    "episodes",
    "episodes_difference",
    "duration_difference",
    "age_difference",
    "same_type",
    "same_source",
    "is_tv",
    "tag_count"};
constexpr std::array<std::string_view, kAffinityFields.size()> kFieldNames = {"genre", "theme",
                                                                              "demographic", "tag"};
constexpr std::string_view kModel = "similarity model";
constexpr std::size_t kMaxDimension = 1024;
constexpr std::size_t kMaxTextDimension = 8192;

template <typename Names>
std::optional<std::size_t> place_of(const Names& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

/// A model while it is read: what has been met so far.
class Reader {
 public:
  void read(ModelLine line) {
    const std::string_view kind = line.word();
    if (kind == "record") {
      const std::string_view key = line.word();
      model_.record.emplace_back(key, line.rest());
    } else if (kind == "feature") {
      const auto feature = place_of(kFeatureNames, line.word());
      if (!feature || met_[*feature]) line.fail("a feature that is unknown or given twice");
      met_[*feature] = true;
      model_.weight[*feature] = line.number();
    } else if (kind == "affinity") {
      begin_affinity(line);
    } else if (kind == "text") {
      take_row(line, model_.affinity.text, text_met_);
    } else if (kind == "fact") {
      take_row(line, model_.affinity.facts, facts_met_);
    } else if (kind == "term") {
      const auto field = place_of(kFieldNames, line.word());
      if (!field || model_.affinity.dimension == 0) line.fail("a term of an unknown field");
      const std::string name(line.until('\t'));
      if (!model_.affinity.terms[*field]
               .emplace(name, line.row(model_.affinity.dimension))
               .second) {
        line.fail("a term given twice");
      }
    } else {
      line.fail(fmt::format("\"{}\" is no kind of line", kind));
    }
  }

  SimilarityModel finish() {
    const auto all = [](const auto& met) { return std::ranges::find(met, false) == met.end(); };
    if (!all(met_) || !all(text_met_) || !all(facts_met_)) {
      throw Error(ErrorKind::corrupt, "similarity model: a feature or a row is missing");
    }
    return std::move(model_);
  }

 private:
  void begin_affinity(ModelLine& line) {
    AffinityRows& a = model_.affinity;
    if (a.dimension != 0) line.fail("a second affinity space");
    a.dimension = line.count(kMaxDimension);
    a.text_dimension = line.count(kMaxTextDimension);
    a.model_fingerprint = line.rest();
    if (a.dimension == 0 || a.model_fingerprint.empty()) line.fail("no affinity space");
    a.text.resize(a.text_dimension * a.dimension);
    a.facts.resize(kAffinityFactCount * a.dimension);
    text_met_.resize(a.text_dimension, false);
    facts_met_.resize(kAffinityFactCount, false);
  }

  void take_row(ModelLine& line, std::vector<float>& rows, std::vector<bool>& met) {
    if (met.empty()) line.fail("a row before its affinity space");
    const std::size_t n = line.count(met.size() - 1);
    if (met[n]) line.fail("a row given twice");
    met[n] = true;
    const std::vector<float> row = line.row(model_.affinity.dimension);
    std::ranges::copy(row, rows.begin() + static_cast<std::ptrdiff_t>(n * row.size()));
  }

  SimilarityModel model_;
  std::vector<bool> met_ = std::vector<bool>(kSimilarFeatureCount, false);
  std::vector<bool> text_met_;
  std::vector<bool> facts_met_;
};

void append_row(std::string& out, const float* row, std::size_t length) {
  for (std::size_t k = 0; k < length; ++k) {
    fmt::format_to(std::back_inserter(out), "{}{:.3g}", k == 0 ? "" : " ", row[k]);
  }
  out += '\n';
}

}  // namespace

std::string_view to_string(SimilarFeature feature) {
  return kFeatureNames[static_cast<std::size_t>(feature)];
}

SimilarityModel parse_similarity_model(std::string_view text) {
  Reader reader;
  for_each_model_line(kModel, text, [&](ModelLine line) { reader.read(line); });
  return reader.finish();
}

std::string format_similarity_model(const SimilarityModel& model) {
  std::string out = fmt::format("anireco {} 1\n", kModel);
  for (const auto& [key, value] : model.record) out += fmt::format("record {} {}\n", key, value);
  for (std::size_t f = 0; f < kSimilarFeatureCount; ++f) {
    out += fmt::format("feature {} {:.4g}\n", kFeatureNames[f], model.weight[f]);
  }
  const AffinityRows& a = model.affinity;
  if (a.dimension == 0) return out;
  out += fmt::format("affinity {} {} {}\n", a.dimension, a.text_dimension, a.model_fingerprint);
  const auto append_all = [&](std::string_view kind, const std::vector<float>& rows) {
    for (std::size_t n = 0; n * a.dimension < rows.size(); ++n) {
      out += fmt::format("{} {} ", kind, n);
      append_row(out, &rows[n * a.dimension], a.dimension);
    }
  };
  append_all("fact", a.facts);
  append_all("text", a.text);
  for (std::size_t f = 0; f < kFieldNames.size(); ++f) {
    for (const auto& [name, row] : a.terms[f]) {
      out += fmt::format("term {} {}\t", kFieldNames[f], name);
      append_row(out, row.data(), row.size());
    }
  }
  return out;
}

const SimilarityModel& default_similarity_model() {
  static const SimilarityModel kShipped = parse_similarity_model(embedded_similarity_model());
  return kShipped;
}

}  // namespace anireco
