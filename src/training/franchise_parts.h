#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "catalog/catalog.h"
#include "evaluation/truth.h"

namespace anireco {

/// What a franchise is there for; the later, the stricter.
enum class FranchisePart { train, validation, excluded };

/// By FranchiseId of the catalogue, whose franchises are not quite the table's: the strictest that
/// the table holds for any of its titles, so that no title of an excluded or validation franchise
/// trains because the table parts what the catalogue counts as one. A title without a MyAnimeList
/// id, which the table cannot know, says nothing: alone, it trains.
std::vector<FranchisePart> franchise_parts(const Catalog& catalog, const FranchiseTable& table,
                                           const std::set<std::uint32_t>& excluded);

/// By DocId: the franchise that the table knows a title's MyAnimeList id under. Titles without such
/// an id count as the catalogue joins them, under numbers beyond all of the table's.
std::vector<std::uint32_t> franchise_numbers(const Catalog& catalog, const FranchiseTable& table);

}  // namespace anireco
