#include "catalog/franchise.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "catalog/fold.h"

namespace anireco {
namespace {

constexpr std::size_t kSmallGroup = 4;
/// Words in more titles than this share of them name no series.
constexpr double kEverydayShare = 0.007;
constexpr std::size_t kEverydayFloor = 20;
constexpr int kNoChain = -1;

/// Sorted.
constexpr std::array<std::string_view, 38> kStopWords = {
    "and",     "animation",  "anime",  "bangumi", "chan",   "chapter",    "episode",  "episodes",
    "film",    "final",      "first",  "for",     "from",   "gekijouban", "hen",      "kun",
    "movie",   "movies",     "new",    "ona",     "ova",    "part",       "recap",    "san",
    "season",  "seasons",    "second", "series",  "shin",   "special",    "specials", "the",
    "theater", "theatrical", "third",  "tv",      "versus", "with"};

using Words = std::vector<std::uint32_t>;

/// The titles' words as numbers, everyday ones left out.
std::vector<Words> title_words(std::span<const Anime> records) {
  std::unordered_map<std::string, std::uint32_t> numbers;
  std::vector<std::uint32_t> frequency;
  std::vector<Words> words(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Titles& t = records[i].titles;
    std::string names = t.romaji + " " + t.english;
    if (t.romaji.empty() && t.english.empty()) names = t.native + " " + t.russian;
    for (std::string& word : name_words(names)) {
      if (std::ranges::binary_search(kStopWords, std::string_view(word))) continue;
      const auto number = static_cast<std::uint32_t>(frequency.size());
      const auto [at, added] = numbers.emplace(std::move(word), number);
      if (added) frequency.push_back(0);
      ++frequency[at->second];
      words[i].push_back(at->second);
    }
    std::ranges::sort(words[i]);
  }
  const auto limit =
      std::max(kEverydayFloor,
               static_cast<std::size_t>(kEverydayShare * static_cast<double>(records.size())));
  for (Words& list : words) {
    std::erase_if(list, [&](std::uint32_t word) { return frequency[word] > limit; });
  }
  return words;
}

/// Shared words per mille of all words of the two.
std::uint32_t likeness(const Words& a, const Words& b) {
  std::size_t shared = 0;
  for (std::uint32_t word : a) shared += std::ranges::binary_search(b, word) ? 1 : 0;
  const std::size_t all = a.size() + b.size() - shared;
  return all == 0 ? 0 : static_cast<std::uint32_t>(1000 * shared / all);
}

struct Edge {
  DocId child = 0;
  DocId parent = 0;
  int strength = 0;  ///< Rank of the kind, 0 the closest.
  bool alternative = false;
  std::uint32_t likeness = 0;
  auto key() const { return std::tuple(1000 - likeness, strength, child, parent); }
};

/// Words of a group's titles and in how many of them each stands, by ascending word.
using WordCount = std::pair<std::uint32_t, std::size_t>;
using WordCounts = std::vector<WordCount>;

void add_counts(WordCounts& into, const WordCounts& more) {
  WordCounts sum;
  sum.reserve(into.size() + more.size());
  auto a = into.begin();
  for (const WordCount& b : more) {
    while (a != into.end() && a->first < b.first) sum.push_back(*a++);
    if (a != into.end() && a->first == b.first) {
      sum.emplace_back(b.first, b.second + (a++)->second);
    } else {
      sum.push_back(b);
    }
  }
  sum.insert(sum.end(), a, into.end());
  into = std::move(sum);
}

class Grouping {
 public:
  explicit Grouping(std::vector<Words> words)
      : words_(std::move(words)),
        parent_(words_.size()),
        members_(words_.size(), 1),
        counts_(words_.size()),
        chain_(words_.size(), 0) {
    std::iota(parent_.begin(), parent_.end(), 0U);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint32_t word : words_[i]) counts_[i].emplace_back(word, 1);
    }
  }

  const Words& words(DocId doc) const { return words_[doc]; }

  DocId find(DocId doc) {
    while (parent_[doc] != doc) {
      parent_[doc] = parent_[parent_[doc]];
      doc = parent_[doc];
    }
    return doc;
  }

  void join(DocId a, DocId b) {
    a = find(a);
    b = find(b);
    if (a == b) return;
    if (members_[a] < members_[b] || (members_[a] == members_[b] && b < a)) std::swap(a, b);
    parent_[b] = a;
    members_[a] += members_[b];
    add_counts(counts_[a], counts_[b]);
    counts_[b].clear();
  }

  /// After the chains stand: remembers which chain each title belongs to.
  void close_chains() {
    for (std::size_t i = 0; i < chain_.size(); ++i) chain_[i] = find(static_cast<DocId>(i));
    taken_.assign(chain_.size(), false);
  }

  void consider(const Edge& edge) {
    const DocId child = find(edge.child);
    const DocId parent = find(edge.parent);
    if (child == parent) return;
    const DocId chain = chain_[edge.child];
    if (!share_a_name(edge.child, edge.parent)) {
      if (taken_[chain]) return;
      if (edge.alternative ? members_[child] != 1 || edge.likeness < 500
                           : members_[child] > kSmallGroup) {
        return;
      }
    }
    taken_[chain] = true;
    join(child, parent);
  }

 private:
  /// Whether `word` is part of the name of doc's group, doc itself not counted unless it is alone.
  bool names(DocId doc, std::uint32_t word) {
    const DocId group = find(doc);
    const auto at = std::ranges::lower_bound(counts_[group], word, {}, &WordCount::first);
    if (at == counts_[group].end() || at->first != word) return false;
    if (members_[group] == 1) return true;
    const std::size_t own = std::ranges::binary_search(words_[doc], word) ? 1 : 0;
    const std::size_t others = at->second - own;
    return others > 0 && others * 3 >= members_[group] - 1;
  }

  bool share_a_name(DocId a, DocId b) {
    if (counts_[find(a)].size() > counts_[find(b)].size()) std::swap(a, b);
    for (const auto& [word, count] : counts_[find(a)]) {
      if (names(a, word) && names(b, word)) return true;
    }
    return false;
  }

  std::vector<Words> words_;
  std::vector<DocId> parent_;
  std::vector<std::size_t> members_;
  std::vector<WordCounts> counts_;  ///< By group.
  std::vector<DocId> chain_;
  std::vector<bool> taken_;
};

/// The edge that a relation of `doc` to `target` stands for; strength kNoChain: it joins nothing.
Edge edge_of(DocId doc, DocId target, RelationKind kind) {
  switch (kind) {
    case RelationKind::full_story:
      return {.child = doc, .parent = target, .strength = 0};
    case RelationKind::summary:
      return {.child = target, .parent = doc, .strength = 0};
    case RelationKind::parent:
      return {.child = doc, .parent = target, .strength = 1};
    case RelationKind::side_story:
      return {.child = target, .parent = doc, .strength = 1};
    case RelationKind::alternative:
      return {.child = std::max(doc, target),
              .parent = std::min(doc, target),
              .strength = 2,
              .alternative = true};
    case RelationKind::spin_off:
      return {.child = target, .parent = doc, .strength = 3};
    case RelationKind::sequel:
    case RelationKind::prequel:
    case RelationKind::character:
    case RelationKind::adaptation:
    case RelationKind::other:
      break;
  }
  return {.strength = kNoChain};
}

}  // namespace

std::vector<std::uint32_t> group_franchises(std::span<const Anime> records,
                                            const RelationResolver& resolve) {
  Grouping grouping(title_words(records));
  std::vector<Edge> edges;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto doc = static_cast<DocId>(i);
    for (const Relation& relation : records[i].relations) {
      const std::optional<DocId> target = resolve(relation.target);
      if (!target || *target == doc) continue;
      if (relation.kind == RelationKind::sequel || relation.kind == RelationKind::prequel) {
        grouping.join(doc, *target);
        continue;
      }
      Edge edge = edge_of(doc, *target, relation.kind);
      if (edge.strength == kNoChain) continue;
      edge.likeness = likeness(grouping.words(edge.child), grouping.words(edge.parent));
      edges.push_back(edge);
    }
  }
  grouping.close_chains();
  // Of a relation told from both ends one edge remains; which end told it must not matter.
  std::ranges::sort(edges, {}, &Edge::key);
  for (const Edge& edge : edges) grouping.consider(edge);

  std::vector<std::uint32_t> groups(records.size());
  std::unordered_map<DocId, std::uint32_t> numbers;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto next = static_cast<std::uint32_t>(numbers.size());
    groups[i] = numbers.emplace(grouping.find(static_cast<DocId>(i)), next).first->second;
  }
  return groups;
}

}  // namespace anireco
