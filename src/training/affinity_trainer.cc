#include "training/affinity_trainer.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/error.h"
#include "catalog/fold.h"
#include "training/adam.h"

namespace anireco {
namespace {

constexpr float kMasked = -1e9F;
constexpr float kTiny = 1e-6F;

float dot(const float* a, const float* b, std::size_t n) {
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

void add_scaled(float* to, float factor, const float* from, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) to[i] += factor * from[i];
}

std::uint64_t pair_key(DocId a, DocId b) { return (std::uint64_t{a} << 32U) | b; }

/// Which candidates are no negatives of a pair: [pairs, candidates]. Candidate i is pair i's own
/// partner. `known`: keys of all pairs, ascending.
std::vector<char> masked(std::span<const TitlePair> pairs, std::span<const DocId> candidates,
                         std::span<const std::uint32_t> franchise,
                         std::span<const std::uint64_t> known) {
  std::vector<char> masked(pairs.size() * candidates.size());
  for (std::size_t a = 0; a < pairs.size(); ++a) {
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      const std::uint32_t f = franchise[candidates[c]];
      const bool mask =
          c != a && (f == franchise[pairs[a].a] || f == franchise[pairs[a].b] ||
                     std::ranges::binary_search(known, pair_key(pairs[a].a, candidates[c])));
      masked[a * candidates.size() + c] = mask ? 1 : 0;
    }
  }
  return masked;
}

}  // namespace

/// One step's titles: anchors, then candidates (partners, then negatives). Place i of candidates
/// is anchor i's own partner.
struct AffinityTrainer::Batch {
  std::size_t anchors = 0;
  std::size_t dimension = 0;
  std::vector<std::vector<Input>> inputs = {};  ///< Anchors, then candidates.
  std::vector<char> masked = {};                ///< [anchors, candidates]
  std::vector<float> places = {};               ///< [titles, K], L2-normalised.
  std::vector<float> norms = {};                ///< [titles]
  std::vector<float> slopes = {};               ///< [anchors, candidates]: d loss / d cosine.

  std::size_t candidates() const { return inputs.size() - anchors; }
};

AffinityTrainer::AffinityTrainer(const Catalog& catalog, const VectorIndex* vectors,
                                 const AffinityTrainerOptions& options)
    : catalog_(catalog), vectors_(vectors), options_(options) {
  if (options.dimension == 0 || options.epochs == 0 || options.batch == 0 ||
      !(options.temperature > 0) || !(options.dropout >= 0 && options.dropout < 1) ||
      !(options.triplet_weight >= 0) || options.triplet_batch == 0) {
    throw Error(ErrorKind::invalid_argument, "affinity training: a setting is out of its range");
  }
  inputs_ = (vectors == nullptr ? 0 : vectors->dimension()) + kAffinityFactCount;
  for (std::size_t f = 0; f < kAffinityFields.size(); ++f) {
    term_rows_[f].resize(catalog.term_count(kAffinityFields[f]), -1);
    for (std::uint32_t term = 0; term < term_rows_[f].size(); ++term) {
      if (catalog.document_frequency(kAffinityFields[f], term) < options.least_frequency) continue;
      term_rows_[f][term] = static_cast<std::int64_t>(inputs_++);
    }
  }
}

std::vector<AffinityTrainer::Input> AffinityTrainer::inputs_of(DocId doc) const {
  std::vector<Input> inputs;
  std::uint32_t row = 0;
  for (float fact : affinity_facts(catalog_.facts(doc))) inputs.push_back({row++, fact});
  if (vectors_ != nullptr) {
    const std::vector<float> text = vectors_->document_vector(doc);
    for (float x : text) inputs.push_back({row++, kAffinityTextScale * x});
  }
  for (std::size_t f = 0; f < kAffinityFields.size(); ++f) {
    for (std::uint32_t term : catalog_.terms(kAffinityFields[f], doc)) {
      if (term_rows_[f][term] < 0) continue;
      inputs.push_back({static_cast<std::uint32_t>(term_rows_[f][term]),
                        affinity_term_weight(catalog_, f, doc, term)});
    }
  }
  return inputs;
}

void AffinityTrainer::forward(Batch& batch, std::span<const float> weights) const {
  const std::size_t k = batch.dimension;
  batch.places.assign(batch.inputs.size() * k, 0.0F);
  batch.norms.resize(batch.inputs.size());
  for (std::size_t t = 0; t < batch.inputs.size(); ++t) {
    float* place = &batch.places[t * k];
    for (const Input& in : batch.inputs[t]) add_scaled(place, in.value, &weights[in.row * k], k);
    batch.norms[t] = std::sqrt(dot(place, place, k)) + kTiny;
    for (std::size_t i = 0; i < k; ++i) place[i] /= batch.norms[t];
  }
}

float AffinityTrainer::softmax(Batch& batch, float temperature, float weight) {
  const std::size_t k = batch.dimension;
  const std::size_t n = batch.candidates();
  batch.slopes.assign(batch.anchors * n, 0.0F);
  double loss = 0;
  std::vector<float> logits(n);
  for (std::size_t a = 0; a < batch.anchors; ++a) {
    const float* place = &batch.places[a * k];
    for (std::size_t c = 0; c < n; ++c) {
      logits[c] = batch.masked[a * n + c] != 0
                      ? kMasked
                      : dot(place, &batch.places[(batch.anchors + c) * k], k) / temperature;
    }
    const float most = *std::ranges::max_element(logits);
    float sum = 0;
    for (float& x : logits) {
      x = std::exp(x - most);
      sum += x;
    }
    loss -= std::log(std::max(logits[a] / sum, 1e-30F));
    const float scale = weight / (temperature * static_cast<float>(batch.anchors));
    for (std::size_t c = 0; c < n; ++c) {
      batch.slopes[a * n + c] = scale * (logits[c] / sum - (c == a ? 1.0F : 0.0F));
    }
  }
  return static_cast<float>(loss / static_cast<double>(batch.anchors));
}

void AffinityTrainer::backward(const Batch& batch, std::span<float> gradient) const {
  const std::size_t k = batch.dimension;
  const std::size_t n = batch.candidates();
  std::vector<float> slope_of_place(batch.inputs.size() * k, 0.0F);
  for (std::size_t a = 0; a < batch.anchors; ++a) {
    for (std::size_t c = 0; c < n; ++c) {
      const float slope = batch.slopes[a * n + c];
      if (slope == 0) continue;
      const std::size_t t = batch.anchors + c;
      add_scaled(&slope_of_place[a * k], slope, &batch.places[t * k], k);
      add_scaled(&slope_of_place[t * k], slope, &batch.places[a * k], k);
    }
  }
  std::vector<float> slope(k);
  for (std::size_t t = 0; t < batch.inputs.size(); ++t) {
    // Through the normalisation: only what is orthogonal to the place moves it.
    const float* place = &batch.places[t * k];
    const float along = dot(&slope_of_place[t * k], place, k);
    for (std::size_t i = 0; i < k; ++i) {
      slope[i] = (slope_of_place[t * k + i] - along * place[i]) / batch.norms[t];
    }
    for (const Input& in : batch.inputs[t]) {
      add_scaled(&gradient[in.row * k], in.value, slope.data(), k);
    }
  }
}

float AffinityTrainer::loss(std::span<const float> weights, std::span<const DocId> anchors,
                            std::span<const DocId> partners, std::span<const DocId> negatives,
                            std::span<const std::uint32_t> franchise,
                            std::span<float> gradient) const {
  Batch batch{.anchors = anchors.size(), .dimension = options_.dimension};
  std::vector<DocId> candidates(partners.begin(), partners.end());
  candidates.insert(candidates.end(), negatives.begin(), negatives.end());
  for (DocId doc : anchors) batch.inputs.push_back(inputs_of(doc));
  for (DocId doc : candidates) batch.inputs.push_back(inputs_of(doc));
  std::vector<TitlePair> pairs;
  for (std::size_t a = 0; a < anchors.size(); ++a) pairs.push_back({anchors[a], partners[a]});
  batch.masked = masked(pairs, candidates, franchise, {});
  forward(batch, weights);
  const float value = softmax(batch, options_.temperature);
  std::ranges::fill(gradient, 0.0F);
  backward(batch, gradient);
  return value;
}

/// An anchor's only candidates are its positive and its negative.
AffinityTrainer::Batch AffinityTrainer::batch_of(std::span<const Triplet> triplets,
                                                 const InputsOf& inputs) const {
  const std::size_t n = triplets.size();
  Batch batch{.anchors = n, .dimension = options_.dimension};
  for (const Triplet& t : triplets) batch.inputs.push_back(inputs(t.anchor));
  for (const Triplet& t : triplets) batch.inputs.push_back(inputs(t.positive));
  for (const Triplet& t : triplets) batch.inputs.push_back(inputs(t.negative));
  batch.masked.assign(n * 2 * n, 1);
  for (std::size_t a = 0; a < n; ++a) {
    batch.masked[a * 2 * n + a] = 0;
    batch.masked[a * 2 * n + n + a] = 0;
  }
  return batch;
}

float AffinityTrainer::triplet_loss(std::span<const float> weights,
                                    std::span<const Triplet> triplets,
                                    std::span<float> gradient) const {
  Batch batch = batch_of(triplets, [&](DocId doc) { return inputs_of(doc); });
  forward(batch, weights);
  const float value = softmax(batch, options_.temperature);
  std::ranges::fill(gradient, 0.0F);
  backward(batch, gradient);
  return value;
}

AffinityRows AffinityTrainer::train(std::span<const TitlePair> pairs,
                                    std::span<const std::uint32_t> franchise,
                                    std::span<const Triplet> triplets) const {
  const std::size_t k = options_.dimension;
  std::mt19937_64 random(options_.seed);
  std::vector<float> weights(inputs_ * k);
  for (float& w : weights) {
    // Sum of four uniforms: close to normal, and the same on every machine.
    float sum = 0;
    for (int n = 0; n < 4; ++n)
      sum += static_cast<float>(random() >> 40U) / float(1U << 24U) - 0.5F;
    w = 0.03F * sum * 1.7320508F;
  }
  std::vector<std::vector<Input>> inputs(catalog_.size());
  std::vector<DocId> visible;
  catalog_.visible(Level::standard).for_each([&](DocId doc) { visible.push_back(doc); });
  for (DocId doc : visible) inputs[doc] = inputs_of(doc);

  std::vector<TitlePair> directed;
  std::vector<std::uint64_t> known;
  for (const TitlePair& pair : pairs) {
    directed.push_back(pair);
    directed.push_back({pair.b, pair.a});
    known.push_back(pair_key(pair.a, pair.b));
    known.push_back(pair_key(pair.b, pair.a));
  }
  std::ranges::sort(known);
  const std::size_t batch_size = std::min(options_.batch, directed.size());
  const std::size_t steps = options_.epochs * (directed.size() / batch_size);
  Adam adam(weights.size(), {.learning_rate = options_.learning_rate,
                             .weight_decay = options_.weight_decay,
                             .steps = steps});
  const auto threshold = static_cast<std::uint64_t>(options_.dropout * 65536);
  const auto seen = [&](DocId doc) {
    std::vector<Input> kept;
    for (const Input& in : inputs[doc]) {
      if ((random() & 0xFFFFU) < threshold) continue;
      kept.push_back({in.row, in.value / (1 - options_.dropout)});
    }
    return kept;
  };
  std::vector<Triplet> learnt;
  std::ranges::copy_if(triplets, std::back_inserter(learnt),
                       [](const Triplet& t) { return !t.validation; });
  std::vector<float> gradient(weights.size());
  std::size_t step = 0;
  for (std::size_t epoch = 0; epoch < options_.epochs; ++epoch) {
    for (std::size_t i = directed.size() - 1; i > 0; --i) {
      std::swap(directed[i], directed[random() % (i + 1)]);
    }
    for (std::size_t begin = 0; begin + batch_size <= directed.size(); begin += batch_size) {
      const auto part = std::span(directed).subspan(begin, batch_size);
      Batch batch{.anchors = part.size(), .dimension = k};
      std::vector<DocId> candidates;
      for (const TitlePair& pair : part) candidates.push_back(pair.b);
      for (std::size_t n = 0; n < options_.negatives; ++n) {
        candidates.push_back(visible[random() % visible.size()]);
      }
      for (const TitlePair& pair : part) batch.inputs.push_back(seen(pair.a));
      for (DocId doc : candidates) batch.inputs.push_back(seen(doc));
      batch.masked = masked(part, candidates, franchise, known);
      forward(batch, weights);
      const float loss = softmax(batch, options_.temperature);
      std::ranges::fill(gradient, 0.0F);
      backward(batch, gradient);
      if (!learnt.empty()) {
        std::vector<Triplet> some;
        for (std::size_t n = 0; n < options_.triplet_batch; ++n) {
          some.push_back(learnt[random() % learnt.size()]);
        }
        Batch beside = batch_of(some, seen);
        forward(beside, weights);
        softmax(beside, options_.temperature, options_.triplet_weight);
        backward(beside, gradient);
      }
      adam.step(weights, gradient);
      ++step;
      if (options_.progress) options_.progress(step, steps, loss);
    }
  }
  return to_rows(weights);
}

AffinityRows AffinityTrainer::to_rows(std::span<const float> weights) const {
  const std::size_t k = options_.dimension;
  const auto row = [&](std::size_t n) {
    const auto part = weights.subspan(n * k, k);
    return std::vector<float>(part.begin(), part.end());
  };
  AffinityRows rows{.dimension = k,
                    .text_dimension = vectors_ == nullptr ? 0 : vectors_->dimension()};
  rows.model_fingerprint = vectors_ == nullptr ? "none" : vectors_->model_fingerprint();
  const auto facts = weights.subspan(0, kAffinityFactCount * k);
  rows.facts.assign(facts.begin(), facts.end());
  const auto text = weights.subspan(kAffinityFactCount * k, rows.text_dimension * k);
  rows.text.assign(text.begin(), text.end());
  for (std::size_t f = 0; f < kAffinityFields.size(); ++f) {
    for (std::uint32_t term = 0; term < term_rows_[f].size(); ++term) {
      if (term_rows_[f][term] < 0) continue;
      rows.terms[f].emplace(fold_name(catalog_.term_name(kAffinityFields[f], term)),
                            row(static_cast<std::size_t>(term_rows_[f][term])));
    }
  }
  return rows;
}

}  // namespace anireco
