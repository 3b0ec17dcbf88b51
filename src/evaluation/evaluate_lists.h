#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/metrics.h"
#include "search/snapshot.h"

namespace anireco {

/// What one person scored: mal_id and score from 1 to 10, 0 for seen without a score.
struct RatedList {
  std::string person;        ///< "source/number"
  std::uint32_t number = 0;  ///< Of the person within the source.
  std::vector<std::pair<std::uint32_t, std::uint8_t>> ratings = {};
};

/// Reads "source,user,mal_id,rating" with a header line, plain or .gz, sorted or not. Throws Error
/// naming file and line.
std::vector<RatedList> read_rated_lists(const std::filesystem::path& path);

/// Which people are measured: weights were chosen on those with even numbers.
enum class ListPart { even, odd, all };

struct ListEvaluationOptions {
  std::size_t people = 1000;  ///< At most so many are measured.
  std::uint64_t seed = 1;     ///< Of the choice of people and of the titles left out.
  ListPart part = ListPart::odd;
  std::size_t least_scores = 20;  ///< People with fewer are left out.
  std::uint8_t liked_from = 8;    ///< Scores of titles that can be left out.
  std::function<void(std::size_t done, std::size_t total)> progress = nullptr;
};

struct ListFigures {
  Interval hit10;
  Interval ndcg10;
  Interval mrr;  ///< 0 beyond rank 100.
};

struct ListEvaluation {
  std::size_t people = 0;
  std::size_t others = 0;  ///< People whose lists the co-occurrence counts.
  double learn_ms = 0;     ///< Mean time to learn a taste.
  std::map<std::string, ListFigures> methods = {};  ///< "list", "popularity", "co-occurrence".
};

/// Leaves one random liked title of each person out, with all of its franchise, and looks for that
/// franchise in the full ranking of what `recommend` answers to the rest of the list, beside the
/// ranking by members and beside item-item co-occurrence (cosine, over the lists of all people who
/// are not measured). All three leave known franchises out and see titles of level standard.
ListEvaluation evaluate_lists(const std::shared_ptr<const Snapshot>& snapshot,
                              const std::vector<RatedList>& lists,
                              const ListEvaluationOptions& options);

}  // namespace anireco
