#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// What one source says of a title.
struct Contribution {
  std::string source;
  Anime anime;
};

/// Number of titles each source has contributed to.
using SourceSizes = std::map<std::string, std::size_t>;

/// One record of a title from all its sources. The order of `contributions` does not matter.
///  - By hand first: "anireco", then sources by descending size, then by name, decide titles,
///    type, dates of the beginning, season, year, length, genres, themes, demographics, studios,
///    source material, addresses; the first that knows a field gives it whole.
///  - Largest first: sources by descending size, then name, decide what changes in time: status,
///    episodes, end of airing; and, as one block, score, scored_by, members, figures_date, so that
///    popularity is compared within one source.
///  - United: synonyms (to which go the titles that did not win), tags (a spoiler flag given once
///    holds), synopses (every source's, by hand first), remembered phrases, streaming links,
///    relations, former ids.
///  - Never weaker: adult if any source's record is (level.h); the strictest known age rating.
///  - Ids: by hand first, per site.
/// Provenance: "*" is the source of most fields, others are listed one by one. The result's id is
/// empty. Thread-safe.
Anime merge_contributions(std::vector<Contribution> contributions, const SourceSizes& sizes);

/// The source of a field of the record ("members"), by its provenance; empty when unknown.
std::string_view field_source(const Anime& anime, std::string_view field);

/// Whether two records with these ids are the same title. The strongest site at which both have an
/// id decides: mal, anilist, kitsu, anidb, shikimori, imdb (which numbers whole series, hence
/// last). So records with different mal ids stay apart, whatever else they share.
enum class IdMatch { same, different, unrelated };
IdMatch match_ids(const ExternalIds& a, const ExternalIds& b);

}  // namespace anireco
