#include "search/searcher.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "base/stopwatch.h"
#include "search/explain.h"
#include "search/fusion_model.h"
#include "search/page_token.h"
#include "search/reach.h"
#include "search/retrieve.h"
#include "search/tiers.h"

namespace anireco {
namespace {

constexpr float kExactTitleBonus = 3.0F;
constexpr float kNearTitleBonus = 1.2F;
constexpr float kSiblingHandicap = 1.0F;
/// Titles without any text are found by name and genre alone: they must not stand before those
/// that say why.
constexpr float kNoTextHandicap = 0.3F;
/// A longer text is a description, not a name.
constexpr std::size_t kMaxTitleBytes = 120;
/// How much a title's own score tells when there is nothing to search for.
constexpr float kBrowseScoreWeight = 0.3F;

/// A result before paging: a candidate and how sure we are of it.
struct Card {
  std::size_t candidate = 0;
  float probability = 0;
  Tier tier = Tier::weak;
};

void drop_franchise(const Catalog& catalog, DocId doc, DocSet& set) {
  for (DocId member : catalog.members(catalog.franchise(doc))) set.erase(member);
}

/// What a request may see at all, before its filter: level, what is seen, the examples.
DocSet reachable(const Catalog& catalog, const SearchPlan& plan) {
  const SearchRequest& request = plan.request;
  DocSet set = catalog.visible(request.filter.level);
  for (DocId doc : request.seen) set.erase(doc);
  hide_listed(request.list, set);
  for (const RatedTitle& rated : request.rated) set.erase(rated.doc);
  for (const auto* examples : {&plan.liked, &plan.disliked}) {
    for (DocId doc : *examples) drop_franchise(catalog, doc, set);
  }
  return set;
}

std::vector<TitleMatch> named_titles(const Snapshot& snapshot, const SearchPlan& plan,
                                     const DocSet& allowed) {
  if (plan.title_text.empty() || plan.title_text.size() > kMaxTitleBytes) return {};
  if (!plan.request.use_lexical) return {};
  return snapshot.titles->find({.text = plan.title_text, .limit = 20, .allowed = &allowed});
}

/// Gives the titles that the text spells their bonus; of a franchise the best and best known match
/// (the first) leads, or "Code Geass" would bring its second season.
void apply_title_bonus(const Catalog& catalog, Retrieval& retrieval,
                       std::span<const TitleMatch> matches) {
  std::vector<FranchiseId> named;
  for (const TitleMatch& match : matches) {
    const FranchiseId franchise = catalog.franchise(match.doc);
    const bool again = std::ranges::find(named, franchise) != named.end();
    if (!again) named.push_back(franchise);
    const auto found =
        std::ranges::lower_bound(retrieval.candidates, match.doc, {}, &Candidate::doc);
    if (found == retrieval.candidates.end() || found->doc != match.doc) continue;
    found->title_bonus = match.kind == TitleMatchKind::near ? kNearTitleBonus : kExactTitleBonus;
    if (again) found->title_bonus -= kSiblingHandicap;
  }
}

/// Asks which passages matched best where the search has not told; without an answer there is
/// nothing to quote.
void find_passages(const Snapshot& snapshot, const DenseQuery& query,
                   std::span<const std::size_t> candidates, Retrieval& r) {
  std::vector<DenseHit> hits;
  for (const std::size_t c : candidates) hits.push_back(r.dense[c]);
  if (!is_reached([&] { snapshot.vectors->find_windows(query, hits); })) return;
  for (std::size_t n = 0; n < hits.size(); ++n) r.dense[candidates[n]].window = hits[n].window;
}

/// The filter of a request that restricts nothing but its level.
Filter unfiltered(const SearchPlan& plan) {
  Filter filter;
  filter.level = plan.filter.level;
  return filter;
}

/// All allowed titles, for a request without text and examples.
Retrieval browse(const Catalog& catalog, const DocSet& allowed) {
  Retrieval retrieval;
  retrieval.weights = {{0, 0, 0}};
  retrieval.candidates.reserve(allowed.count());
  allowed.for_each([&](DocId doc) {
    Candidate candidate;
    candidate.doc = doc;
    const float score = catalog[doc].score;
    candidate.title_bonus = score > 0 ? kBrowseScoreWeight * (score - 7) : -kBrowseScoreWeight;
    retrieval.candidates.push_back(candidate);
  });
  return retrieval;
}

Evidence evidence_of(const Retrieval& r, std::size_t index, bool glossed) {
  Evidence evidence{.glossed = glossed};
  const Candidate& c = r.candidates[index];
  if (!r.dense.empty()) {
    evidence.cosine = std::max(r.dense[index].document_score, r.dense[index].window_score);
  }
  if (r.lexical_ceiling > 0) {
    evidence.coverage = c.legs[static_cast<std::size_t>(Leg::lexical)].raw / r.lexical_ceiling;
  }
  evidence.title_named = c.title_bonus > 0;
  return evidence;
}

/// Probability of each candidate, by what kind of request it is.
std::vector<float> probabilities(const Retrieval& r, bool searching, bool glossed) {
  std::vector<float> p(r.candidates.size(), 1.0F);
  if (!searching) return p;
  const auto similar = static_cast<std::size_t>(Leg::similar);
  const bool text =
      !r.dense.empty() || r.weights.weight[static_cast<std::size_t>(Leg::lexical)] > 0;
  float best = 0;
  float mean = 0;
  if (r.has_likeness && !r.candidates.empty()) {
    best = r.candidates.front().legs[similar].raw;
    for (const Candidate& c : r.candidates) {
      best = std::max(best, c.legs[similar].raw);
      mean += c.legs[similar].raw / static_cast<float>(r.candidates.size());
    }
  }
  for (std::size_t i = 0; i < p.size(); ++i) {
    p[i] = text ? relevance_probability(evidence_of(r, i, glossed)) : 0;
    if (best > mean) {
      p[i] = std::max(p[i],
                      std::max(0.0F, (r.candidates[i].legs[similar].raw - mean) / (best - mean)));
    }
  }
  return p;
}

/// One card a franchise (its best candidate), best first, with tiers.
std::vector<Card> make_cards(const Catalog& catalog, const SearchRequest& request,
                             const Retrieval& r, std::span<const float> probability) {
  std::vector<Card> cards;
  cards.reserve(r.candidates.size());
  for (std::size_t i = 0; i < r.candidates.size(); ++i)
    cards.push_back({i, probability[i], Tier::weak});
  std::ranges::sort(cards, [&](const Card& a, const Card& b) {
    const Candidate& x = r.candidates[a.candidate];
    const Candidate& y = r.candidates[b.candidate];
    return x.score != y.score ? x.score > y.score : x.doc < y.doc;
  });
  if (request.group_by_franchise) {
    std::vector<bool> met(catalog.franchise_count(), false);
    std::erase_if(cards, [&](const Card& card) {
      const FranchiseId franchise = catalog.franchise(r.candidates[card.candidate].doc);
      if (met[franchise]) return true;
      met[franchise] = true;
      return false;
    });
  }
  float best = 0;
  for (const Card& card : cards) best = std::max(best, card.probability);
  // As many cards as have the evidence get a tier, from the top: the order is the fusion's, which
  // knows more.
  std::size_t strong = 0;
  std::size_t possible = 0;
  for (const Card& card : cards) {
    const Tier tier = tier_of(card.probability, best);
    strong += tier == Tier::strong ? 1 : 0;
    possible += tier == Tier::possible ? 1 : 0;
  }
  for (std::size_t n = 0; n < cards.size(); ++n) {
    cards[n].tier = n < strong ? Tier::strong : n < strong + possible ? Tier::possible : Tier::weak;
  }
  return cards;
}

/// Sorts by a fact; what is relevant stays before what is weak.
void sort_cards(const Catalog& catalog, SortBy sort, const Retrieval& r, std::vector<Card>& cards) {
  if (sort == SortBy::relevance) return;
  const auto key = [&](const Card& card) -> double {
    const DocId doc = r.candidates[card.candidate].doc;
    if (sort == SortBy::score) return catalog[doc].score;
    if (sort == SortBy::popularity) return catalog.popularity(doc);
    return catalog[doc].year;
  };
  std::ranges::stable_sort(cards, [&](const Card& a, const Card& b) {
    const bool weak_a = a.tier == Tier::weak;
    const bool weak_b = b.tier == Tier::weak;
    return weak_a != weak_b ? weak_b : key(a) > key(b);
  });
}

SearchHit make_hit(const ReasonInput& input, const Card& card, std::span<const TitleMatch> titles) {
  const Catalog& catalog = *input.snapshot.catalog;
  const SearchPlan& plan = input.plan;
  const Candidate& candidate = input.retrieval.candidates[card.candidate];
  SearchHit hit{.doc = candidate.doc,
                .score = candidate.score,
                .tier = card.tier,
                .why = explain_hit(input),
                .siblings = {}};
  for (const TitleMatch& match : titles) {
    if (match.doc == candidate.doc) hit.why.matched_title = match.title;
  }
  if (plan.request.group_by_franchise) {
    for (DocId sibling : catalog.members(catalog.franchise(candidate.doc))) {
      if (sibling != candidate.doc && catalog.level(sibling) <= plan.request.filter.level) {
        hit.siblings.push_back(sibling);
      }
    }
  }
  return hit;
}

}  // namespace

void hide_listed(const ListUse& list, DocSet& set) {
  if (!list.view) return;
  set -= list.view->seen;
  if (list.whole_franchises) set -= list.view->known_franchises;
  if (list.drop_planned) set -= list.view->planned;
}

SearchResult run_search(const Snapshot& snapshot, const SearchPlan& plan,
                        std::optional<std::span<const float>> query_vector, Degraded degraded) {
  const Catalog& catalog = *snapshot.catalog;
  const SearchRequest& request = plan.request;
  SearchResult result;
  result.generation = snapshot.generation.number;
  result.understood = plan.understood;
  result.degraded = degraded;
  if (degraded == Degraded::no && snapshot.awaits_vectors && plan.searches()) {
    // Likeness lacks them as well as text does.
    result.degraded = Degraded::dense_unavailable;
  } else if (degraded == Degraded::no && !plan.text_to_encode.empty() &&
             (!snapshot.vectors || !snapshot.generation.vectors_complete)) {
    result.degraded = Degraded::no_vectors;
  }
  const std::uint64_t hash = request_hash(request);
  const std::size_t offset =
      request.page_token.empty()
          ? 0
          : read_page_token(request.page_token, snapshot.generation.number, hash);

  Stopwatch watch;
  const DocSet within = reachable(catalog, plan);
  const DocSet matching = catalog.matching(plan.filter);
  DocSet allowed = matching;
  allowed &= within;
  result.total_filtered = allowed.count();
  result.times.filter_ms = watch.lap_ms();

  const bool searching = plan.searches();
  const std::vector<TitleMatch> titles = named_titles(snapshot, plan, allowed);
  const RetrievalInput input{query_vector, plan.filter, matching, allowed, titles};
  Retrieval r =
      searching ? retrieve(snapshot, plan, input, result.times) : browse(catalog, allowed);
  if (r.missing != Degraded::no) result.degraded = r.missing;
  // Words that no title has ("год 1995") leave what the filter says.
  const bool browsing = !searching || (r.candidates.empty() && plan.filter != unfiltered(plan));
  if (searching && browsing) r = browse(catalog, allowed);
  watch.lap_ms();
  // Likeness weighs popularity itself: there the dial counts from its default on.
  const bool by_likeness_alone = r.has_likeness && plan.lexical_text.empty();
  const float dial =
      request.fusion.popularity - (by_likeness_alone ? FusionOptions::kDefaultPopularity : 0);
  const float strength = dial * default_fusion_model().popularity;
  for (Candidate& candidate : r.candidates) {
    candidate.prior = strength * popularity_order(catalog.popularity(candidate.doc));
    const Anime& anime = catalog[candidate.doc];
    const bool silent = anime.synopses.empty() && anime.remembered.empty();
    if (silent && !plan.lexical_text.empty()) candidate.prior -= kNoTextHandicap;
  }
  apply_title_bonus(catalog, r, titles);
  fuse(r.candidates, r.weights, request.fusion.method, request.fusion.rrf_k);
  // Where the request was encoded as it is, its cosine is as good as that of one in English.
  const bool glossed = plan.glossed && (!snapshot.multilingual || r.dense.empty());
  std::vector<Card> cards = make_cards(catalog, request, r, probabilities(r, !browsing, glossed));
  sort_cards(catalog, request.sort, r, cards);
  result.total_relevant = static_cast<std::size_t>(
      std::ranges::count_if(cards, [](const Card& card) { return card.tier != Tier::weak; }));
  const std::size_t end = std::min(cards.size(), offset + request.limit);
  std::vector<DocId> page;
  std::vector<std::size_t> shown;
  for (std::size_t n = offset; n < end; ++n) {
    shown.push_back(cards[n].candidate);
    page.push_back(r.candidates[cards[n].candidate].doc);
  }
  if (!r.dense.empty()) {
    find_passages(snapshot, {.vector = *query_vector, .window_weight = r.window_weight}, shown, r);
  }
  std::vector<std::vector<TermContribution>> words(page.size());
  if (r.weights.weight[static_cast<std::size_t>(Leg::lexical)] > 0) {
    const bool answered =
        is_reached([&] { words = snapshot.full_text->explain(plan.lexical_text, page); });
    if (!answered) result.degraded = Degraded::lexical_unavailable;
  }
  for (std::size_t n = 0; n < page.size(); ++n) {
    const Card& card = cards[offset + n];
    result.hits.push_back(make_hit({snapshot, plan, r, card.candidate, words[n]}, card, titles));
  }
  if (end < cards.size()) result.next = make_page_token(snapshot.generation.number, hash, end);
  result.times.rank_ms = watch.lap_ms();
  if (request.facets) result.facets = catalog.facets(plan.filter, within);
  result.times.facets_ms = watch.lap_ms();
  return result;
}

std::optional<DocId> resolve_title(const Snapshot& snapshot, std::string_view text, Level level) {
  const Catalog& catalog = *snapshot.catalog;
  if (const auto doc = catalog.find(text); doc && catalog.level(*doc) <= level) return doc;
  const auto matches =
      snapshot.titles->find({.text = text, .limit = 1, .allowed = &catalog.visible(level)});
  if (matches.empty()) return std::nullopt;
  return matches.front().doc;
}

}  // namespace anireco
