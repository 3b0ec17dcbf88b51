#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "evaluation/truth.h"

namespace anireco {

/// Three titles: the anchor shares most genres with the positive and few with the negative.
struct Triplet {
  DocId anchor = 0;
  DocId positive = 0;
  DocId negative = 0;
  bool validation = false;  ///< Measures, never trains.
  bool operator==(const Triplet&) const = default;
};

/// What is kept for validation. By triplet, the titles of validation take part in training too, so
/// its figure says little about titles that were never seen. By franchise, the sides are those of
/// franchise_parts().
enum class TripletSplit { triplet, franchise };

struct TripletOptions {
  const FranchiseTable* franchises = nullptr;
  /// None of their titles is in any triplet, nor is any that the catalogue counts to the same
  /// franchise as one of theirs.
  std::set<std::uint32_t> excluded_franchises = {};
  std::size_t count = 6000;  ///< Of training and validation together.
  double validation = 0.2;   ///< Share of `count`, in (0, 1).
  TripletSplit split = TripletSplit::triplet;
  double positive_least = 0.6;  ///< Jaccard of genres, in [0, 1].
  double negative_least = 0.1;
  double negative_most = 0.3;
  float least_score = 6.5F;  ///< Titles take part that are scored higher; 0: all.
  std::uint64_t seed = 1;
  std::size_t least = 1000;  ///< Fewer triplets teach nothing.
  std::size_t least_validation = 1;
};

/// Shared genres over all genres of the two, in [0, 1]; 0 when neither has one.
double genre_jaccard(const Catalog& catalog, DocId a, DocId b);

/// Titles that may be in a triplet, ascending: TV, film, OVA and ONA of level standard or below
/// with a score above the least, genres and an English synopsis of 100 bytes or more, of no
/// excluded franchise.
std::vector<DocId> triplet_titles(const Catalog& catalog, const TripletOptions& options);

/// Draws triplets of such titles, each once. Split by franchise, all three titles of a triplet are
/// of one side and the positive is of another franchise than the anchor by catalogue and table.
/// Equal catalogue, options and seed give equal triplets. Throws Error{invalid_argument} when fewer
/// than options.least are found to train or too few for validation.
std::vector<Triplet> mine_triplets(const Catalog& catalog, const TripletOptions& options);

/// Tab-separated "anchor, positive, negative, set" with a header line, titles by id ("mal:1"), set
/// "train" or "validation". Throws Error{not_found}, Error{invalid_argument} naming file and line
/// for a malformed one, for a title of an excluded franchise and, split by franchise, for a title
/// on the other side; and when fewer than options.least remain or most name titles that are not in
/// the catalogue.
std::vector<Triplet> read_triplets(const std::filesystem::path& path, const Catalog& catalog,
                                   const TripletOptions& options);
std::string format_triplets(const Catalog& catalog, std::span<const Triplet> triplets);

}  // namespace anireco
