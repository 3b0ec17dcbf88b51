#include "training/evaluate_triplets.h"

#include <array>

#include "base/error.h"
#include "search/similar.h"

namespace anireco {
namespace {

bool have_vectors(const Snapshot& snapshot, const Triplet& t) {
  return snapshot.vectors && snapshot.vectors->has_vector(t.anchor) &&
         snapshot.vectors->has_vector(t.positive) && snapshot.vectors->has_vector(t.negative);
}

void add_figure(std::vector<TripletFigure>& figures, const std::string& method,
                const std::vector<double>& hits) {
  if (hits.empty()) return;
  figures.push_back({method, hits.size(), bootstrap_interval(hits)});
}

}  // namespace

std::vector<TripletFigure> evaluate_triplets(
    const Snapshot& snapshot, std::span<const Triplet> triplets,
    const std::function<void(std::size_t done, std::size_t total)>& progress) {
  if (triplets.empty()) throw Error(ErrorKind::invalid_argument, "there is no triplet to judge");
  const SimilarityScorer scorer(snapshot);
  std::vector<double> by_vectors;
  std::vector<double> by_affinity;
  std::vector<double> by_likeness;
  for (std::size_t n = 0; n < triplets.size(); ++n) {
    const Triplet& t = triplets[n];
    const std::array<DocId, 2> others = {t.positive, t.negative};
    const std::vector<SimilarFeatures> features = scorer.features(t.anchor, others);
    const auto nearer_by = [&](SimilarFeature feature) {
      const auto at = static_cast<std::size_t>(feature);
      return features[0][at] > features[1][at] ? 1.0 : 0.0;
    };
    if (have_vectors(snapshot, t)) by_vectors.push_back(nearer_by(SimilarFeature::text));
    if (snapshot.affinity) by_affinity.push_back(nearer_by(SimilarFeature::affinity));
    const std::vector<float> scores = scorer.score(t.anchor, others);
    by_likeness.push_back(scores[0] > scores[1] ? 1.0 : 0.0);
    if (scorer.lacks_text()) {
      throw Error(ErrorKind::unavailable, "the engine of the vectors does not answer");
    }
    if (progress) progress(n + 1, triplets.size());
  }
  std::vector<TripletFigure> figures;
  add_figure(figures, "vectors", by_vectors);
  add_figure(figures, "affinity", by_affinity);
  add_figure(figures, "likeness", by_likeness);
  return figures;
}

std::optional<TripletFigure> evaluate_triplets(const AffinitySpace& space,
                                               std::span<const Triplet> triplets) {
  std::vector<double> hits;
  for (const Triplet& t : triplets) {
    const std::vector<float> nearness = space.cosines(t.anchor, std::array{t.positive, t.negative});
    hits.push_back(nearness[0] > nearness[1] ? 1.0 : 0.0);
  }
  std::vector<TripletFigure> figures;
  add_figure(figures, "affinity", hits);
  return figures.empty() ? std::nullopt : std::optional(figures.front());
}

}  // namespace anireco
