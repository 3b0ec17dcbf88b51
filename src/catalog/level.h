#pragma once

#include <optional>
#include <string_view>

#include "catalog/anime.h"

namespace anireco {

/// How explicit an answer may be. Ordered: each level contains the ones before it.
enum class Level { family, standard, adult };

/// The lowest level that may show a title; the only place where the rule stands:
/// adult: flagged, or genre Hentai or Erotica, or rated Rx.
/// family: rated G, PG or PG-13, and neither genre nor tag Ecchi, Erotica or Hentai (some sources
/// tag so what they do not call adult). All else is standard.
Level level_of(const Anime& anime);

std::optional<Level> parse_level(std::string_view name);
std::string_view to_string(Level level);

}  // namespace anireco
