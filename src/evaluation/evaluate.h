#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "evaluation/metrics.h"
#include "evaluation/truth.h"
#include "search/search_request.h"
#include "search/snapshot.h"

namespace anireco {

/// Rankings of franchise ids by query, best first: what a TREC run file holds.
struct Run {
  struct Entry {
    std::uint32_t franchise = 0;
    float score = 0;
  };
  std::map<std::string, std::vector<Entry>> rankings;
};

/// Figures of one group of queries.
struct GroupFigures {
  std::size_t queries = 0;
  Interval hit1;
  Interval hit10;
  Interval mrr;
  Interval ndcg10;
  Interval recall50;
};

struct Evaluation {
  Run run;
  std::size_t missing_queries = 0;             ///< Judged, but without any ranking.
  std::map<std::string, GroupFigures> groups;  ///< "all", "english", "kind:mood", ..., "unseen".
};

struct EvaluationOptions {
  SearchRequest
      request;  ///< Settings that every query is run with; its text and examples are replaced.
  std::size_t depth = 1000;  ///< Franchises a query.
  /// Gives the vector of a text, empty when there is none.
  std::function<std::vector<float>(const std::string&)> encode;
  std::function<void(std::size_t done, std::size_t total)> progress;
};

/// Runs every judged query as a user would type it. Queries whose answers are not in the catalogue
/// are run, not scored. Same figures as tools/score_run.py of the shared data folder. Throws
/// Error{unavailable} when an engine did not answer a query: half an answer has no true figure.
Evaluation evaluate_search(const Snapshot& snapshot, std::span<const JudgedQuery> queries,
                           const FranchiseTable& franchises, const EvaluationOptions& options);

/// Runs every title of the pairs of `split` as the one liked example; wanted are its partners'
/// franchises. The group "unseen" holds the titles whose franchise is in no pair of split "train".
Evaluation evaluate_similar(const Snapshot& snapshot, std::span<const JudgedPair> pairs,
                            const std::string& split, const FranchiseTable& franchises,
                            const EvaluationOptions& options);

/// Writes "query 0 franchise rank score tag" lines, atomically.
void write_trec_run(const Run& run, const std::string& tag, const std::filesystem::path& path);

}  // namespace anireco
