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
///  - Who is believed first: "anireco" (written by hand), "mal", "jikan", then sources of other
///    names (files of one's own) by descending size and name, then "shikimori", "kitsu" and
///    "offline", which gathers from others. In this order, the first that knows a field gives it
///    whole: titles, type, dates of the beginning, season, year, length, genres, themes,
///    demographics, studios, source material, addresses. Only "kitsu" and "offline", which make
///    genres, themes and demographics from tags, complete each other there.
///  - What changes in time: episodes and the end of airing in the same order, but "anireco" last;
///    of the statuses the one furthest along, since a title does not go back.
///  - Score, scored_by, members and figures_date come as one block, so that popularity is compared
///    within one source: of the largest source (by titles, then by name) that knows members; where
///    nobody knows them, the score of the first that has one.
///  - United: synonyms (to which go the titles that did not win), tags (a spoiler flag given once
///    holds), synopses (every source's), remembered phrases, streaming links, relations (of two to
///    the same title the one that says what it is), former ids.
///  - Never weaker: adult if any source's record is (level.h); the strictest known age rating.
///  - Ids: in the first order, per site.
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
