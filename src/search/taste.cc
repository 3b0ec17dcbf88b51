#include "search/taste.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "search/reach.h"

namespace anireco {
namespace {

/// Weights of what says something beside a score (in deviations from the mean).
constexpr float kLikedMark = 2.0F;
constexpr float kDislikedMark = -2.0F;
constexpr float kFinished = 0.3F;
constexpr float kDropped = -1.0F;
/// Scores of a person who knows one or two numbers only are not spread further than this.
constexpr float kLeastDeviation = 1.0F;
/// Added to a score's distance from the mean: whoever scores low has seen it all the same.
constexpr float kScoredAtAll = 0.3F;

using TermField = Catalog::TermField;
constexpr std::array kTasteFields = {TermField::genres, TermField::themes, TermField::demographics,
                                     TermField::tags, TermField::studios};

/// Adds features to the scores of all titles.
class Collector {
 public:
  Collector(const Snapshot& snapshot, std::vector<float>& scores)
      : snapshot_(snapshot), catalog_(*snapshot.catalog), scores_(scores), all_(scores.size()) {
    std::iota(all_.begin(), all_.end(), 0U);
  }

  /// False when the vectors' engine does not answer.
  bool add_text(std::span<const Opinion> opinions, float weight) {
    return is_reached([&] { add_reached_text(opinions, weight); });
  }

  void add_reached_text(std::span<const Opinion> opinions, float weight) {
    if (snapshot_.vectors == nullptr || opinions.empty() || weight == 0) return;
    std::vector<float> sum(snapshot_.vectors->dimension(), 0.0F);
    for (const Opinion& o : opinions) {
      const std::vector<float> vector = snapshot_.vectors->document_vector(o.doc);
      for (std::size_t i = 0; i < vector.size(); ++i) sum[i] += std::abs(o.weight) * vector[i];
    }
    if (!normalise(sum)) return;
    const auto hits = snapshot_.vectors->score({.vector = sum, .window_weight = 0}, all_);
    for (std::size_t d = 0; d < all_.size(); ++d) scores_[d] += weight * hits[d].document_score;
  }

  void add_terms(TermField field, std::span<const Opinion> opinions, float weight) {
    if (opinions.empty() || weight == 0) return;
    std::vector<float> sum(catalog_.term_count(field), 0.0F);
    for (const Opinion& o : opinions) {
      for (const std::uint32_t term : catalog_.terms(field, o.doc)) {
        sum[term] +=
            std::abs(o.weight) * catalog_.term_idf(field, term) / catalog_.term_norm(field, o.doc);
      }
    }
    if (!normalise(sum)) return;
    for (std::size_t t = 0; t < sum.size(); ++t) {
      sum[t] *= catalog_.term_idf(field, static_cast<std::uint32_t>(t));
    }
    for (const DocId doc : all_) {
      float product = 0;
      for (const std::uint32_t term : catalog_.terms(field, doc)) product += sum[term];
      if (product != 0) scores_[doc] += weight * product / catalog_.term_norm(field, doc);
    }
  }

  void add_facts(std::span<const Opinion> likes, const TasteWeights& weights) {
    constexpr float kUsualYear = 2005;
    std::array<float, kTypes> types{};
    float total = 0;
    float popularity = 0;
    float year = 0;
    float dated = 0;
    for (const Opinion& like : likes) {
      const TitleFacts& facts = catalog_.facts(like.doc);
      total += like.weight;
      popularity += like.weight * facts.log_popularity;
      types[static_cast<std::size_t>(facts.type)] += like.weight;
      if (facts.year == 0) continue;
      year += like.weight * static_cast<float>(facts.year);
      dated += like.weight;
    }
    popularity /= total;
    year = dated > 0 ? year / dated : kUsualYear;
    const auto weight = [&](TasteFeature f) { return weights.weight[static_cast<std::size_t>(f)]; };
    for (const DocId doc : all_) {
      const TitleFacts& f = catalog_.facts(doc);
      scores_[doc] +=
          weight(TasteFeature::popularity) * f.log_popularity +
          weight(TasteFeature::popularity_squared) * f.log_popularity * f.log_popularity +
          weight(TasteFeature::score) * (f.score > 0 ? f.score - 7 : 0) +
          weight(TasteFeature::year_difference) *
              (f.year == 0 ? 1 : std::abs(static_cast<float>(f.year) - year) / 10) +
          weight(TasteFeature::popularity_difference) * std::abs(f.log_popularity - popularity) +
          weight(TasteFeature::type) * types[static_cast<std::size_t>(f.type)] / total;
    }
  }

 private:
  static constexpr std::size_t kTypes = static_cast<std::size_t>(AnimeType::cm) + 1;

  static bool normalise(std::vector<float>& vector) {
    double squares = 0;
    for (const float v : vector) squares += static_cast<double>(v) * v;
    if (squares == 0) return false;
    const auto length = static_cast<float>(std::sqrt(squares));
    for (float& v : vector) v /= length;
    return true;
  }

  const Snapshot& snapshot_;
  const Catalog& catalog_;
  std::vector<float>& scores_;
  std::vector<DocId> all_;
};

struct Spread {
  float mean = 0;
  float deviation = kLeastDeviation;
};

Spread spread_of(const Profile& profile) {
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (const ListEntry& entry : profile.entries) {
    if (entry.score == 0) continue;
    sum += entry.score;
    squares += entry.score * entry.score;
    count += 1;
  }
  if (count == 0) return {};
  const double mean = sum / count;
  const double variance = std::max(0.0, squares / count - mean * mean);
  return {static_cast<float>(mean),
          std::max(kLeastDeviation, static_cast<float>(std::sqrt(variance)))};
}

float weight_of(const ListEntry& entry, const Spread& spread) {
  if (entry.mark == ListMark::liked) return kLikedMark;
  if (entry.mark == ListMark::disliked) return kDislikedMark;
  if (entry.score != 0) {
    return std::clamp((static_cast<float>(entry.score) - spread.mean) / spread.deviation, -2.0F,
                      2.0F) +
           kScoredAtAll;
  }
  if (entry.status == ListStatus::completed) return kFinished;
  if (entry.status == ListStatus::dropped) return kDropped;
  return 0;
}

}  // namespace

std::vector<Opinion> list_opinions(const Profile& profile, const ListView& view) {
  const Spread spread = spread_of(profile);
  std::vector<Opinion> opinions;
  for (std::size_t n = 0; n < profile.entries.size(); ++n) {
    if (view.docs[n] == ListView::kUnknown) continue;
    const float weight = weight_of(profile.entries[n], spread);
    if (weight == 0) continue;
    opinions.push_back({view.docs[n], weight, profile.entries[n].mark != ListMark::none});
  }
  return opinions;
}

const TasteWeights& default_taste_weights() {
  static constexpr TasteWeights kWeights = {{2.143F, 1.872F, 0.596F, 0.499F, 2.473F, 1.884F, 0.348F,
                                             0.143F, 0.089F, -2.278F, -0.327F, -0.644F, -0.347F,
                                             -2.0F, -3.0F}};
  return kWeights;
}

Taste learn_taste(const Snapshot& snapshot, std::span<const Opinion> opinions,
                  const TasteWeights& weights) {
  std::vector<Opinion> likes;
  std::vector<Opinion> low;
  std::vector<Opinion> disliked;
  for (const Opinion& o : opinions) {
    (o.weight > 0 ? likes : o.marked ? disliked : low).push_back(o);
  }
  if (likes.empty()) return {};
  const Catalog& catalog = *snapshot.catalog;
  Taste taste{.score = std::vector<float>(catalog.size(), 0.0F)};
  Collector collector(snapshot, taste.score);
  const auto weight = [&](TasteFeature f) { return weights.weight[static_cast<std::size_t>(f)]; };
  bool reached = collector.add_text(likes, weight(TasteFeature::text));
  for (std::size_t f = 0; f < kTasteFields.size(); ++f) {
    const float w = weights.weight[static_cast<std::size_t>(TasteFeature::genres) + f];
    collector.add_terms(kTasteFields[f], likes, w);
  }
  collector.add_facts(likes, weights);
  reached = collector.add_text(low, weight(TasteFeature::low_scored_text)) && reached;
  reached = collector.add_text(disliked, weight(TasteFeature::disliked_text)) && reached;
  taste.lacks_text = !reached;
  for (const TermField field : {TermField::genres, TermField::themes, TermField::tags}) {
    collector.add_terms(field, disliked, weight(TasteFeature::disliked_terms) / 3);
  }
  std::ranges::stable_sort(likes, std::ranges::greater(), &Opinion::weight);
  likes.resize(std::min(likes.size(), Taste::kMaxLikes));
  for (const Opinion& like : likes) taste.likes.push_back(like.doc);
  return taste;
}

}  // namespace anireco
