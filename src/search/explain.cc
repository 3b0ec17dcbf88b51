#include "search/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "fulltext/document_text.h"
#include "search/similar.h"

namespace anireco {
namespace {

constexpr std::size_t kMaxWords = 8;
constexpr std::size_t kMaxSharedTags = 5;
/// Titles of a list, the most liked first, among which a hit's example is looked for.
constexpr std::size_t kExplainingLikes = 32;

std::string_view leg_name(Leg leg) {
  switch (leg) {
    case Leg::dense:
      return "meaning";
    case Leg::lexical:
      return "words";
    case Leg::similar:
      return "likeness to the examples";
  }
  return "";
}

std::string_view share_name(FusionMethod method) {
  switch (method) {
    case FusionMethod::rrf:
      return "(k + 1) / (k + rank)";
    case FusionMethod::minmax:
      return "scaled between the least and the greatest score";
    case FusionMethod::dbsf:
      return "scaled by mean and deviation";
  }
  return "";
}

ScoreExplanation raw_parts(const ReasonInput& input, Leg leg) {
  const Retrieval& r = input.retrieval;
  const std::size_t index = input.candidate;
  const Candidate& c = r.candidates[index];
  const LegScore& s = c.legs[static_cast<std::size_t>(leg)];
  ScoreExplanation raw;
  raw.value = s.raw;
  if (leg == Leg::dense) {
    raw.description = fmt::format(
        "cosine of the title's text + {:.2f} x cosine of its best passage", r.window_weight);
    raw.parts.push_back({"cosine of the title's text", r.dense[index].document_score, {}});
    raw.parts.push_back({"cosine of its best passage", r.dense[index].window_score, {}});
  } else if (leg == Leg::lexical) {
    raw.description = "BM25F, the sum over the words";
    for (const TermContribution& term : input.words) {
      raw.parts.push_back(
          {fmt::format("\"{}\", rarity {:.2f}", term.word, term.idf), term.score, {}});
    }
  } else {
    const Taste* taste = input.plan.request.list.taste.get();
    raw.description = taste == nullptr ? "weighted features, averaged over the examples"
                                       : "weighted features, averaged over examples and list";
    if (taste != nullptr && !taste->empty()) {
      raw.parts.push_back({"fits the list", taste->score[c.doc], {}});
    }
    for (std::size_t e = 0; e < r.examples.size(); ++e) {
      raw.parts.push_back(
          {fmt::format("likeness to {}", (*input.snapshot.catalog)[r.examples[e]].titles.romaji),
           r.per_example[e][index],
           {}});
    }
  }
  return raw;
}

/// The example that pulled a candidate in: of those that the request names, else of its list.
std::optional<DocId> nearest_example(const ReasonInput& input) {
  const Retrieval& r = input.retrieval;
  const std::size_t index = input.candidate;
  if (!r.examples.empty()) {
    std::size_t nearest = 0;
    for (std::size_t e = 1; e < r.examples.size(); ++e) {
      if (r.per_example[e][index] > r.per_example[nearest][index]) nearest = e;
    }
    return r.examples[nearest];
  }
  const Taste* taste = input.plan.request.list.taste.get();
  if (taste == nullptr || taste->likes.empty()) return std::nullopt;
  const SimilarityScorer scorer(input.snapshot);
  const auto likes = std::span(taste->likes).first(std::min(kExplainingLikes, taste->likes.size()));
  const std::vector<float> scores = scorer.score_in_common(r.candidates[index].doc, likes);
  const auto best = std::ranges::max_element(scores) - scores.begin();
  return taste->likes[static_cast<std::size_t>(best)];
}

ScoreExplanation score_tree(const ReasonInput& input) {
  const Retrieval& r = input.retrieval;
  const SearchPlan& plan = input.plan;
  const Candidate& c = r.candidates[input.candidate];
  ScoreExplanation tree{"sum of the parts", c.score, {}};
  for (Leg leg : {Leg::dense, Leg::lexical, Leg::similar}) {
    const auto l = static_cast<std::size_t>(leg);
    const float weight = r.weights.weight[l];
    if (weight == 0) continue;
    const LegScore& s = c.legs[l];
    ScoreExplanation part{
        fmt::format("{}: weight {:.2f} x normalised share", leg_name(leg), weight),
        static_cast<double>(weight) * s.normalised,
        {}};
    ScoreExplanation share{
        fmt::format("{}, rank {}", share_name(plan.request.fusion.method), s.rank),
        s.normalised,
        {}};
    share.parts.push_back(raw_parts(input, leg));
    part.parts.push_back(std::move(share));
    tree.parts.push_back(std::move(part));
  }
  tree.parts.push_back(
      {fmt::format("popularity, dial {:.2f}", plan.request.fusion.popularity), c.prior, {}});
  if (c.title_bonus != 0) tree.parts.push_back({"the text spells the title", c.title_bonus, {}});
  return tree;
}

}  // namespace

Why explain_hit(const ReasonInput& input) {
  const Snapshot& snapshot = input.snapshot;
  const SearchPlan& plan = input.plan;
  const Retrieval& r = input.retrieval;
  const std::size_t index = input.candidate;
  Why why;
  const Candidate& c = r.candidates[index];
  const Catalog& catalog = *snapshot.catalog;
  if (!r.dense.empty() && r.dense[index].window != DenseHit::kNoWindow) {
    const DenseHit& hit = r.dense[index];
    std::string text = window_text(catalog[c.doc], static_cast<std::size_t>(hit.window));
    if (!text.empty()) why.sentence = MatchedSentence{std::move(text), hit.window_score};
  }
  if (r.weights.weight[static_cast<std::size_t>(Leg::lexical)] > 0) {
    for (const TermContribution& term : input.words) {
      if (why.matched_words.size() == kMaxWords) break;
      if (std::ranges::find(why.matched_words, term.word) == why.matched_words.end()) {
        why.matched_words.push_back(term.word);
      }
    }
  }
  if (const std::optional<DocId> nearest = nearest_example(input)) {
    if (catalog.level(*nearest) <= plan.request.filter.level) why.example = nearest;
    const SimilarityScorer scorer(snapshot);
    why.shared_tags = scorer.shared_terms(*nearest, c.doc, kMaxSharedTags);
  }
  if (plan.request.explain) why.score = score_tree(input);
  return why;
}

}  // namespace anireco
