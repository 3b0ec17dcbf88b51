#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "evaluation/truth.h"

namespace anireco {

/// Two titles of different franchises that people recommend to each other.
struct TitlePair {
  DocId a = 0;
  DocId b = 0;
};

/// Pairs as training takes them.
struct TitlePairs {
  std::vector<TitlePair> pairs = {};          ///< Each once, in the order of the file.
  std::vector<std::uint32_t> franchise = {};  ///< By DocId: franchise_numbers().
  std::size_t unknown = 0;                    ///< Pairs with a title that is not in the catalogue.
  std::size_t excluded = 0;  ///< Pairs with a title that excluded_franchises keeps out.
};

struct TitlePairOptions {
  std::string split = "train";
  /// None of their titles is in any pair, nor is any that the catalogue counts to the same
  /// franchise as one of theirs.
  std::set<std::uint32_t> excluded_franchises = {};
  std::size_t least = 200;  ///< Fewer pairs teach nothing.
};

/// Resolves judged pairs against the catalogue; titles above level standard take no part. Throws
/// Error{invalid_argument} when fewer than options.least remain or most of them are unknown.
TitlePairs resolve_pairs(const Catalog& catalog, std::span<const JudgedPair> judged,
                         const FranchiseTable& franchises, const TitlePairOptions& options);

/// Franchise ids, one a line; lines that begin with '#' are comments. Throws Error{not_found,
/// invalid_argument} naming file and line.
std::set<std::uint32_t> read_franchise_list(const std::filesystem::path& path);

}  // namespace anireco
