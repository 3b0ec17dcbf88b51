#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "catalog/anime.h"

namespace anireco {

/// Stable names of the record's enumerations, as JSON, filters, facets and the command line write
/// them: "tv_special", "finished", "winter", "pg13", "side_story". `unknown` is "unknown".
std::string_view to_string(AnimeType type);
std::string_view to_string(AiringStatus status);
std::string_view to_string(Season season);
std::string_view to_string(AgeRating rating);
std::string_view to_string(RelationKind kind);

/// Read a name in any usual spelling: case, spaces, hyphens and underscores do not matter, and the
/// sources' own wordings are known ("TV Special", "Finished Airing", "PG-13 - Teens 13 or older",
/// "R - 17+ (violence & profanity)", "SIDE_STORY", "autumn"). Unknown words: nullopt.
std::optional<AnimeType> parse_anime_type(std::string_view name);
std::optional<AiringStatus> parse_airing_status(std::string_view name);
std::optional<Season> parse_season(std::string_view name);
std::optional<AgeRating> parse_age_rating(std::string_view name);
std::optional<RelationKind> parse_relation_kind(std::string_view name);

/// Every value in declaration order, `unknown` first where there is one.
std::span<const AnimeType> all_anime_types();
std::span<const AiringStatus> all_airing_statuses();
std::span<const Season> all_seasons();
std::span<const AgeRating> all_age_ratings();
std::span<const RelationKind> all_relation_kinds();

}  // namespace anireco
