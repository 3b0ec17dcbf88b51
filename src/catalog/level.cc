#include "catalog/level.h"

#include <algorithm>
#include <string>
#include <vector>

#include "catalog/fold.h"

namespace anireco {
namespace {

bool has_name(const std::vector<std::string>& names, std::string_view wanted) {
  return std::ranges::any_of(names, [&](const std::string& n) { return fold_name(n) == wanted; });
}

}  // namespace

Level level_of(const Anime& anime) {
  if (anime.adult_flag || anime.age_rating == AgeRating::rx || has_name(anime.genres, "hentai") ||
      has_name(anime.genres, "erotica")) {
    return Level::adult;
  }
  const bool mild = anime.age_rating == AgeRating::g || anime.age_rating == AgeRating::pg ||
                    anime.age_rating == AgeRating::pg13;
  const bool ecchi =
      has_name(anime.genres, "ecchi") || std::ranges::any_of(anime.tags, [](const Tag& t) {
        const std::string name = fold_name(t.name);
        return name == "ecchi" || name == "erotica" || name == "hentai";
      });
  return mild && !ecchi ? Level::family : Level::standard;
}

std::optional<Level> parse_level(std::string_view name) {
  const std::string folded = fold_name(name);
  for (Level level : {Level::family, Level::standard, Level::adult}) {
    if (folded == to_string(level)) return level;
  }
  return std::nullopt;
}

std::string_view to_string(Level level) {
  switch (level) {
    case Level::family:
      return "family";
    case Level::standard:
      return "standard";
    case Level::adult:
      return "adult";
  }
  return "adult";
}

}  // namespace anireco
