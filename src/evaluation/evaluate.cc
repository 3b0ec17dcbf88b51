#include "evaluation/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "base/error.h"
#include "base/file.h"
#include "search/searcher.h"

namespace anireco {
namespace {

struct Judged {
  std::string query;
  std::set<std::uint32_t> wanted;
  std::set<std::uint32_t> dropped;
  std::vector<std::string> groups;
};

std::vector<Run::Entry> rank(const Snapshot& snapshot, SearchRequest request,
                             const FranchiseTable& franchises, const EvaluationOptions& options) {
  request.limit = std::min(options.depth, SearchRequest::kMaxLimit);
  request.facets = false;
  const SearchPlan plan = plan_search(snapshot, std::move(request));
  std::vector<float> vector;
  if (!plan.text_to_encode.empty() && options.encode) vector = options.encode(plan.text_to_encode);
  const SearchResult result = run_search(
      snapshot, plan, vector.empty() ? std::nullopt : std::optional(std::span<const float>(vector)),
      Degraded::no);
  if (result.degraded == Degraded::dense_unavailable ||
      result.degraded == Degraded::lexical_unavailable) {
    throw Error(ErrorKind::unavailable,
                fmt::format("a request was answered in part ({}), so that no figure would be true",
                            to_string(result.degraded)));
  }
  std::vector<Run::Entry> ranking;
  std::unordered_set<std::uint32_t> met;
  for (const SearchHit& hit : result.hits) {
    const std::uint32_t mal = (*snapshot.catalog)[hit.doc].ids.mal;
    if (mal == 0) continue;
    const std::uint32_t franchise = franchises.of(mal);
    if (met.insert(franchise).second) ranking.push_back({franchise, hit.score});
  }
  return ranking;
}

void score_all(Evaluation& evaluation, std::span<const Judged> judged) {
  std::map<std::string, std::vector<RankingScore>> scores;
  for (const Judged& j : judged) {
    const auto found = evaluation.run.rankings.find(j.query);
    std::vector<std::uint32_t> ranked;
    if (found == evaluation.run.rankings.end() || found->second.empty()) {
      ++evaluation.missing_queries;
    } else {
      for (const Run::Entry& entry : found->second) {
        if (!j.dropped.contains(entry.franchise)) ranked.push_back(entry.franchise);
      }
    }
    const RankingScore score = score_ranking(ranked, j.wanted);
    for (const std::string& group : j.groups) scores[group].push_back(score);
  }
  for (const auto& [group, list] : scores) {
    const auto interval = [&](double RankingScore::* figure) {
      std::vector<double> values;
      values.reserve(list.size());
      for (const RankingScore& score : list) values.push_back(score.*figure);
      return bootstrap_interval(values);
    };
    evaluation.groups[group] = {list.size(),
                                interval(&RankingScore::hit1),
                                interval(&RankingScore::hit10),
                                interval(&RankingScore::mrr),
                                interval(&RankingScore::ndcg10),
                                interval(&RankingScore::recall50)};
  }
}

bool in_catalogue(const Snapshot& snapshot, std::uint32_t mal) {
  return snapshot.catalog->find(fmt::format("mal:{}", mal)).has_value();
}

}  // namespace

Evaluation evaluate_search(const Snapshot& snapshot, std::span<const JudgedQuery> queries,
                           const FranchiseTable& franchises, const EvaluationOptions& options) {
  static const std::set<std::string> kReal = {"tomt", "description", "riddle", "listicle",
                                              "recommendation"};
  Evaluation evaluation;
  std::vector<Judged> judged;
  std::size_t done = 0;
  for (const JudgedQuery& query : queries) {
    SearchRequest request = options.request;
    request.text = query.text;
    auto ranking = rank(snapshot, std::move(request), franchises, options);
    if (!ranking.empty()) evaluation.run.rankings[query.id] = std::move(ranking);
    if (options.progress) options.progress(++done, queries.size());
    Judged j{
        .query = query.id, .wanted = {}, .dropped = {}, .groups = {"all", "kind:" + query.kind}};
    for (std::uint32_t seed : query.seeds) j.dropped.insert(franchises.of(seed));
    for (std::uint32_t answer : query.answers) {
      const std::uint32_t franchise = franchises.of(answer);
      if (in_catalogue(snapshot, answer) && !j.dropped.contains(franchise)) {
        j.wanted.insert(franchise);
      }
    }
    if (j.wanted.empty()) continue;
    if (query.kind != "ru" && query.kind != "ja") j.groups.push_back("english");
    if (kReal.contains(query.origin)) j.groups.push_back("real");
    judged.push_back(std::move(j));
  }
  score_all(evaluation, judged);
  return evaluation;
}

Evaluation evaluate_similar(const Snapshot& snapshot, std::span<const JudgedPair> pairs,
                            const std::string& split, const FranchiseTable& franchises,
                            const EvaluationOptions& options) {
  std::set<std::uint32_t> trained;
  std::map<std::uint32_t, std::set<std::uint32_t>> partners;
  for (const JudgedPair& pair : pairs) {
    if (pair.split == "train") {
      trained.insert(franchises.of(pair.a));
      trained.insert(franchises.of(pair.b));
    }
    if (!split.empty() && pair.split != split) continue;
    if (!in_catalogue(snapshot, pair.a) || !in_catalogue(snapshot, pair.b)) continue;
    partners[pair.a].insert(franchises.of(pair.b));
    partners[pair.b].insert(franchises.of(pair.a));
  }
  Evaluation evaluation;
  std::vector<Judged> judged;
  std::size_t done = 0;
  for (auto& [title, wanted] : partners) {
    if (options.progress) options.progress(++done, partners.size());
    wanted.erase(franchises.of(title));
    if (wanted.empty()) continue;
    const std::string id = std::to_string(title);
    const auto doc = snapshot.catalog->find("mal:" + id);
    if (snapshot.catalog->level(*doc) <= options.request.filter.level) {
      SearchRequest request = options.request;
      request.text.clear();
      request.liked = {*doc};
      auto ranking = rank(snapshot, std::move(request), franchises, options);
      if (!ranking.empty()) evaluation.run.rankings[id] = std::move(ranking);
    }
    Judged j{.query = id, .wanted = wanted, .dropped = {franchises.of(title)}, .groups = {"all"}};
    if (!trained.contains(franchises.of(title))) j.groups.push_back("unseen");
    judged.push_back(std::move(j));
  }
  score_all(evaluation, judged);
  return evaluation;
}

void write_trec_run(const Run& run, const std::string& tag, const std::filesystem::path& path) {
  std::string text;
  for (const auto& [query, ranking] : run.rankings) {
    for (std::size_t n = 0; n < ranking.size(); ++n) {
      text += fmt::format("{} 0 {} {} {:.6f} {}\n", query, ranking[n].franchise, n + 1,
                          ranking[n].score, tag);
    }
  }
  write_file_atomic(path, text);
}

}  // namespace anireco
