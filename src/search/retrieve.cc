#include "search/retrieve.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/stopwatch.h"
#include "base/top_k.h"
#include "search/fusion_model.h"
#include "search/reach.h"
#include "search/similar.h"

namespace anireco {
namespace {

constexpr float kDislikedWeight = 0.5F;
/// A rating of this much above the middle of the scale counts as one liked example.
constexpr float kNeutralRating = 6.5F;
constexpr std::size_t kRatedExamples = 20;
/// Titles that are looked at whole for likeness to examples; the best kCandidatesPerLeg go on.
constexpr std::size_t kPromising = 2000;

struct WeightedExample {
  DocId doc = 0;
  float weight = 0;  ///< Positive attracts, negative repels.
};

std::vector<WeightedExample> examples_of(const SearchPlan& plan) {
  std::vector<WeightedExample> examples;
  for (DocId doc : plan.liked) examples.push_back({doc, 1});
  for (DocId doc : plan.disliked) examples.push_back({doc, -1});
  std::vector<RatedTitle> rated = plan.request.rated;
  std::erase_if(rated, [](const RatedTitle& r) { return r.rating <= 0; });
  // The clearest opinions say the most; the rest only leave the results.
  std::ranges::stable_sort(rated, std::ranges::greater(),
                           [](const RatedTitle& r) { return std::abs(r.rating - kNeutralRating); });
  rated.resize(std::min(rated.size(), kRatedExamples));
  for (const RatedTitle& r : rated) {
    const float opinion = (r.rating - kNeutralRating) / 3.5F;
    if (opinion != 0) examples.push_back({r.doc, opinion});
  }
  return examples;
}

void assign_ranks(std::vector<Candidate>& candidates, Leg leg) {
  const auto l = static_cast<std::size_t>(leg);
  std::vector<std::uint32_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const float x = candidates[a].legs[l].raw;
    const float y = candidates[b].legs[l].raw;
    return x != y ? x > y : candidates[a].doc < candidates[b].doc;
  });
  for (std::uint32_t n = 0; n < order.size(); ++n) {
    LegScore& s = candidates[order[n]].legs[l];
    // A lexical score of 0 means that no word matched: the document is not in that list.
    s.rank = leg == Leg::lexical && s.raw <= 0 ? 0 : n + 1;
  }
}

/// Scores of `docs` (ascending), in their order: those that the search brought as it brought them,
/// the others asked for.
std::vector<DenseHit> score_the_rest(const VectorIndex& vectors, const DenseQuery& query,
                                     std::vector<DenseHit> hits, std::span<const DocId> docs) {
  std::ranges::sort(hits, {}, &DenseHit::doc);
  std::vector<DocId> rest;
  for (DocId doc : docs) {
    const auto found = std::ranges::lower_bound(hits, doc, {}, &DenseHit::doc);
    if (found == hits.end() || found->doc != doc) rest.push_back(doc);
  }
  const std::vector<DenseHit> scored = vectors.score(query, rest);
  std::vector<DenseHit> all;
  all.reserve(docs.size());
  std::ranges::merge(hits, scored, std::back_inserter(all), {}, &DenseHit::doc, &DenseHit::doc);
  return all;
}

/// What the similar leg scores by: examples, and a taste that is known for every title already.
class Likeness {
 public:
  Likeness(const SimilarityScorer& scorer, std::span<const WeightedExample> examples,
           const Taste* taste)
      : scorer_(scorer), examples_(examples), taste_(taste) {}

  bool any() const { return !examples_.empty() || taste_ != nullptr; }
  /// Similarity of each of `docs` to each example, in their orders.
  std::vector<std::vector<float>> by_example(std::span<const DocId> docs) const {
    return each(docs, &SimilarityScorer::score);
  }
  /// Mean similarity to the liked minus the weighted mean similarity to the disliked, plus the
  /// taste, of what by_example() gave for `docs`.
  std::vector<float> scores(std::span<const DocId> docs,
                            std::span<const std::vector<float>> by_example) const {
    std::vector<float> total(docs.size(), 0.0F);
    float attract = 0;
    float repel = 0;
    for (const WeightedExample& e : examples_)
      (e.weight > 0 ? attract : repel) += std::abs(e.weight);
    for (std::size_t n = 0; n < examples_.size(); ++n) {
      const float weight = examples_[n].weight;
      const float share = weight > 0 ? weight / attract : kDislikedWeight * weight / repel;
      for (std::size_t i = 0; i < docs.size(); ++i) total[i] += share * by_example[n][i];
    }
    if (taste_ != nullptr) {
      for (std::size_t i = 0; i < docs.size(); ++i) total[i] += taste_->score[docs[i]];
    }
    return total;
  }
  /// The same, less exact and much faster.
  std::vector<float> rough_scores(std::span<const DocId> docs) const {
    return scores(docs, each(docs, &SimilarityScorer::score_roughly));
  }

 private:
  using Score = std::vector<float> (SimilarityScorer::*)(DocId, std::span<const DocId>) const;

  std::vector<std::vector<float>> each(std::span<const DocId> docs, Score score) const {
    std::vector<std::vector<float>> scores;
    for (const WeightedExample& e : examples_) scores.push_back((scorer_.*score)(e.doc, docs));
    return scores;
  }

  const SimilarityScorer& scorer_;
  std::span<const WeightedExample> examples_;
  const Taste* taste_;
};

void sort_unique(std::vector<DocId>& docs) {
  std::ranges::sort(docs);
  docs.erase(std::unique(docs.begin(), docs.end()), docs.end());
}

/// The `limit` best of `docs` (ascending), in their order; of equal ones the first.
std::vector<DocId> best_of(std::span<const DocId> docs, std::span<const float> scores,
                           std::size_t limit) {
  if (docs.size() <= limit) return {docs.begin(), docs.end()};
  const float reached = kth_largest(scores, limit);
  auto equal = limit - static_cast<std::size_t>(std::ranges::count_if(
                           scores, [&](float score) { return score > reached; }));
  std::vector<DocId> best;
  best.reserve(limit);
  for (std::size_t i = 0; i < docs.size(); ++i) {
    if (scores[i] < reached) continue;
    if (scores[i] == reached) {
      if (equal == 0) continue;
      --equal;
    }
    best.push_back(docs[i]);
  }
  return best;
}

}  // namespace

Retrieval retrieve(const Snapshot& snapshot, const SearchPlan& plan, const RetrievalInput& input,
                   StageTimes& times) {
  Retrieval r;
  const SearchRequest& request = plan.request;
  const FusionOptions& fusion = request.fusion;
  const FusionModel& model = default_fusion_model();
  r.window_weight = fusion.window_weight * model.window;
  bool dense =
      input.query_vector && snapshot.vectors && request.use_dense && fusion.dense_weight > 0;
  bool lexical = !plan.lexical_text.empty() && request.use_lexical && fusion.lexical_weight > 0;
  const bool asks_text = dense || lexical;
  const auto lose = [&r](bool& leg, Degraded missing) {
    leg = false;
    r.missing = missing;
  };
  const std::vector<WeightedExample> examples = examples_of(plan);

  Stopwatch watch;
  std::vector<DocId> docs;
  std::vector<DenseHit> dense_hits;
  for (const TitleMatch& match : input.named_titles) docs.push_back(match.doc);
  DenseQuery dense_query;
  if (dense) {
    dense_query = {.vector = *input.query_vector,
                   .limit = kCandidatesPerLeg,
                   .allowed = &input.allowed,
                   .filter = &input.filter,
                   .matching = &input.matching,
                   .window_weight = r.window_weight,
                   .statistics = &r.dense_statistics};
    if (!is_reached([&] { dense_hits = snapshot.vectors->search(dense_query); })) {
      lose(dense, Degraded::dense_unavailable);
    }
    for (const DenseHit& hit : dense_hits) docs.push_back(hit.doc);
    dense_query.statistics = nullptr;
  }
  times.dense_ms = watch.lap_ms();
  const SimilarityScorer scorer(snapshot);
  const Taste* taste = request.list.taste.get();
  if (taste != nullptr && taste->empty()) taste = nullptr;
  const Likeness likeness(scorer, examples, taste);
  if (likeness.any()) {
    std::vector<DocId> all;
    all.reserve(input.allowed.count());
    input.allowed.for_each([&](DocId doc) { all.push_back(doc); });
    const std::vector<DocId> promising = best_of(all, likeness.rough_scores(all), kPromising);
    const std::vector<DocId> best = best_of(
        promising, likeness.scores(promising, likeness.by_example(promising)), kCandidatesPerLeg);
    docs.insert(docs.end(), best.begin(), best.end());
  }
  sort_unique(docs);
  watch.lap_ms();
  std::vector<LexicalHit> lexical_hits;
  LexicalStatistics lexical_statistics;
  const LexicalQuery lexical_query{.text = plan.lexical_text,
                                   .limit = kCandidatesPerLeg,
                                   .allowed = &input.allowed,
                                   .also = docs,
                                   .statistics = &lexical_statistics};
  if (lexical) {
    // With every other leg's documents, so that all candidates are scored in the one pass.
    if (is_reached([&] { lexical_hits = snapshot.full_text->search(lexical_query); })) {
      std::ranges::sort(lexical_hits, {}, &LexicalHit::doc);
      docs.clear();
      for (const LexicalHit& hit : lexical_hits) docs.push_back(hit.doc);
      r.lexical_ceiling = lexical_statistics.ceiling;
    } else {
      lose(lexical, Degraded::lexical_unavailable);
    }
  }
  times.lexical_ms = watch.lap_ms();

  r.candidates.resize(docs.size());
  for (std::size_t i = 0; i < docs.size(); ++i) r.candidates[i].doc = docs[i];
  const auto fill = [&](Leg leg, float weight, auto&& raw_of) {
    const auto l = static_cast<std::size_t>(leg);
    r.weights.weight[l] = weight;
    for (std::size_t i = 0; i < docs.size(); ++i) r.candidates[i].legs[l].raw = raw_of(i);
    assign_ranks(r.candidates, leg);
  };
  r.weights = {{0, 0, 0}};
  if (dense && !is_reached([&] {
        r.dense = score_the_rest(*snapshot.vectors, dense_query, std::move(dense_hits), docs);
      })) {
    lose(dense, Degraded::dense_unavailable);
  }
  if (asks_text && !dense && !lexical) {
    throw Error(ErrorKind::unavailable, "neither words nor meaning can be searched at the moment");
  }
  if (dense) {
    fill(Leg::dense, fusion.dense_weight * model.dense,
         [&](std::size_t i) { return r.dense[i].score; });
  }
  if (lexical) {
    fill(Leg::lexical, fusion.lexical_weight * model.lexical,
         [&](std::size_t i) { return lexical_hits[i].score; });
  }
  if (likeness.any()) {
    std::vector<std::vector<float>> by_example = likeness.by_example(docs);
    const std::vector<float> scores = likeness.scores(docs, by_example);
    fill(Leg::similar, 1, [&](std::size_t i) { return scores[i]; });
    for (std::size_t n = 0; n < examples.size(); ++n) {
      if (examples[n].weight > 0 && r.per_example.size() < SearchRequest::kMaxExamples) {
        r.per_example.push_back(std::move(by_example[n]));
        r.examples.push_back(examples[n].doc);
      }
    }
    r.has_likeness = taste != nullptr || !r.examples.empty();
    if (scorer.lacks_text() || (taste != nullptr && taste->lacks_text)) {
      r.missing = Degraded::dense_unavailable;
    }
  }
  return r;
}

}  // namespace anireco
