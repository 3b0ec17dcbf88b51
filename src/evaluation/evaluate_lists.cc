#include "evaluation/evaluate_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <unordered_map>

#include "base/error.h"
#include "base/gzip_reader.h"
#include "base/stopwatch.h"
#include "search/searcher.h"

namespace anireco {
namespace {

constexpr std::size_t kDepth = 1000;
constexpr std::size_t kLeastLeft = 10;
/// A score from which a title counts as liked by those who are counted together.
constexpr std::uint8_t kCountedFrom = 7;

std::uint32_t number_of(std::string_view text, std::uint32_t most, const std::string& place) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > most) {
    throw Error(ErrorKind::invalid_argument, place + ": expected source,user,mal_id,rating");
  }
  return value;
}

/// One person's list with a title left out.
struct Case {
  const RatedList* list = nullptr;
  DocId wanted = 0;
  Profile profile = {};
};

std::optional<Case> leave_one_out(const RatedList& list, const Catalog& catalog,
                                  const ListEvaluationOptions& options, std::mt19937_64& random) {
  const auto scored =
      std::ranges::count_if(list.ratings, [](const auto& r) { return r.second > 0; });
  if (static_cast<std::size_t>(scored) < options.least_scores) return std::nullopt;
  std::vector<DocId> liked;
  for (const auto& [mal, score] : list.ratings) {
    if (score < options.liked_from) continue;
    const DocId doc = find_listed(catalog, {.mal = mal}, Level::standard);
    if (doc != ListView::kUnknown) liked.push_back(doc);
  }
  if (liked.empty()) return std::nullopt;
  Case one{.list = &list};
  one.wanted = liked[std::uniform_int_distribution<std::size_t>(0, liked.size() - 1)(random)];
  one.profile = {.name = list.person, .revision = 1};
  for (const auto& [mal, score] : list.ratings) {
    const DocId doc = find_listed(catalog, {.mal = mal}, Level::adult);
    if (doc != ListView::kUnknown && catalog.franchise(doc) == catalog.franchise(one.wanted))
      continue;
    one.profile.entries.push_back(
        {.ids = {.mal = mal}, .status = ListStatus::completed, .score = score});
  }
  if (one.profile.entries.size() < kLeastLeft) return std::nullopt;
  return one;
}

/// Franchises by the best score of their allowed titles, best first.
std::vector<std::uint32_t> ranked_franchises(const Catalog& catalog, const ListView& view,
                                             const std::function<float(DocId)>& score) {
  DocSet allowed = catalog.visible(Level::standard);
  allowed -= view.seen;
  allowed -= view.known_franchises;
  std::vector<std::pair<float, DocId>> order;
  allowed.for_each([&](DocId doc) { order.emplace_back(score(doc), doc); });
  const auto better = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  };
  const std::size_t most = std::min(order.size(), 8 * kDepth);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most), order.end(),
                    better);
  order.resize(most);
  std::vector<std::uint32_t> ranked;
  for (const auto& [value, doc] : order) ranked.push_back(catalog.franchise(doc));
  return ranked;
}

/// How often two titles are liked by one person, as the cosine of their sets of people.
class CoOccurrence {
 public:
  CoOccurrence(const std::vector<const RatedList*>& lists, const Catalog& catalog) {
    std::vector<std::vector<std::uint32_t>> people;
    for (const RatedList* list : lists) {
      std::vector<std::uint32_t> items;
      for (const auto& [mal, score] : list->ratings) {
        const DocId doc = find_listed(catalog, {.mal = mal}, Level::standard);
        if (doc == ListView::kUnknown || (score != 0 && score < kCountedFrom)) continue;
        items.push_back(
            item_of_.try_emplace(doc, static_cast<std::uint32_t>(item_of_.size())).first->second);
      }
      people.push_back(std::move(items));
    }
    const std::size_t n = item_of_.size();
    counts_.assign(n * n, 0);
    for (const auto& items : people) {
      for (const std::uint32_t a : items) {
        for (const std::uint32_t b : items) ++counts_[a * n + b];
      }
    }
  }

  /// Scores by document of what a list's liked titles occur together with.
  std::unordered_map<DocId, float> scores(const Profile& profile, const ListView& view) const {
    const std::size_t n = item_of_.size();
    std::vector<float> sums(n, 0.0F);
    for (std::size_t e = 0; e < view.docs.size(); ++e) {
      const std::uint8_t score = profile.entries[e].score;
      const auto item = item_of_.find(view.docs[e]);
      if (item == item_of_.end() || (score != 0 && score < kCountedFrom)) continue;
      const std::size_t a = item->second;
      for (std::size_t b = 0; b < n; ++b) {
        if (counts_[a * n + b] == 0) continue;
        sums[b] += static_cast<float>(counts_[a * n + b]) /
                   std::sqrt(static_cast<float>(counts_[a * n + a]) *
                             static_cast<float>(counts_[b * n + b]));
      }
    }
    std::unordered_map<DocId, float> scores;
    for (const auto& [doc, item] : item_of_) scores[doc] = sums[item];
    return scores;
  }

 private:
  std::unordered_map<DocId, std::uint32_t> item_of_;
  std::vector<std::uint16_t> counts_;
};

std::vector<std::uint32_t> recommended(const Snapshot& snapshot, const ListUse& use) {
  SearchRequest request;
  request.list = use;
  request.limit = kDepth;
  request.facets = false;
  const SearchPlan plan = plan_search(snapshot, std::move(request));
  const SearchResult result = run_search(snapshot, plan, std::nullopt, Degraded::no);
  std::vector<std::uint32_t> ranked;
  for (const SearchHit& hit : result.hits) ranked.push_back(snapshot.catalog->franchise(hit.doc));
  return ranked;
}

ListFigures figures_of(const std::vector<RankingScore>& scores) {
  const auto interval = [&](double RankingScore::* figure) {
    std::vector<double> values;
    for (const RankingScore& score : scores) values.push_back(score.*figure);
    return bootstrap_interval(values);
  };
  return {.hit10 = interval(&RankingScore::hit10),
          .ndcg10 = interval(&RankingScore::ndcg10),
          .mrr = interval(&RankingScore::mrr)};
}

}  // namespace

std::vector<RatedList> read_rated_lists(const std::filesystem::path& path) {
  LineReader reader(path);
  std::map<std::string, RatedList> lists;
  while (reader.next()) {
    if (reader.line_number() == 1) continue;
    const std::string place = fmt::format("{}:{}", path.filename().string(), reader.line_number());
    const std::string_view line = reader.line();
    const std::size_t a = line.find(',');
    const std::size_t b = a == std::string_view::npos ? a : line.find(',', a + 1);
    const std::size_t c = b == std::string_view::npos ? b : line.find(',', b + 1);
    if (c == std::string_view::npos) {
      throw Error(ErrorKind::invalid_argument, place + ": expected source,user,mal_id,rating");
    }
    const std::uint32_t user = number_of(line.substr(a + 1, b - a - 1), 0xFFFFFFFF, place);
    const std::uint32_t mal = number_of(line.substr(b + 1, c - b - 1), 0xFFFFFFFF, place);
    const std::uint32_t rating = number_of(line.substr(c + 1), 10, place);
    const std::string person = fmt::format("{}/{}", line.substr(0, a), user);
    RatedList& list = lists[person];
    list.person = person;
    list.number = user;
    list.ratings.emplace_back(mal, static_cast<std::uint8_t>(rating));
  }
  std::vector<RatedList> all;
  for (auto& [person, list] : lists) all.push_back(std::move(list));
  return all;
}

ListEvaluation evaluate_lists(const std::shared_ptr<const Snapshot>& snapshot,
                              const std::vector<RatedList>& lists,
                              const ListEvaluationOptions& options) {
  const Catalog& catalog = *snapshot->catalog;
  std::mt19937_64 random(options.seed);
  std::vector<const RatedList*> order;
  for (const RatedList& list : lists) order.push_back(&list);
  std::ranges::shuffle(order, random);
  std::vector<Case> cases;
  std::vector<const RatedList*> others;
  for (const RatedList* list : order) {
    const bool even = list->number % 2 == 0;
    const bool wanted = options.part == ListPart::all || even == (options.part == ListPart::even);
    std::optional<Case> one;
    if (wanted && cases.size() < options.people) {
      one = leave_one_out(*list, catalog, options, random);
    }
    if (one) {
      cases.push_back(*std::move(one));
    } else {
      others.push_back(list);
    }
  }
  ListEvaluation evaluation{.people = cases.size(), .others = others.size()};
  const CoOccurrence together(others, catalog);
  std::map<std::string, std::vector<RankingScore>> scores;
  for (std::size_t n = 0; n < cases.size(); ++n) {
    const Case& one = cases[n];
    const std::set<std::uint32_t> wanted = {catalog.franchise(one.wanted)};
    const auto view =
        std::make_shared<const ListView>(view_list(one.profile, catalog, Level::standard));
    Stopwatch watch;
    const auto taste =
        std::make_shared<const Taste>(learn_taste(*snapshot, list_opinions(one.profile, *view)));
    evaluation.learn_ms += watch.lap_ms() / static_cast<double>(cases.size());
    scores["list"].push_back(score_ranking(
        recommended(*snapshot, {.view = view, .taste = taste, .whole_franchises = true}), wanted));
    scores["popularity"].push_back(score_ranking(
        ranked_franchises(catalog, *view,
                          [&](DocId doc) { return static_cast<float>(catalog[doc].members); }),
        wanted));
    const auto counted = together.scores(one.profile, *view);
    scores["co-occurrence"].push_back(
        score_ranking(ranked_franchises(catalog, *view,
                                        [&](DocId doc) {
                                          const auto found = counted.find(doc);
                                          return found == counted.end() ? -1.0F : found->second;
                                        }),
                      wanted));
    if (options.progress) options.progress(n + 1, cases.size());
  }
  for (const auto& [method, list] : scores) evaluation.methods[method] = figures_of(list);
  return evaluation;
}

}  // namespace anireco
