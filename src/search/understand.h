#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "catalog/filter.h"
#include "search/title_resolver.h"

namespace anireco {

enum class UnderstoodKind {
  liked,                ///< A title to come close to. value: Anime::id.
  disliked,             ///< A title to stay away from. value: Anime::id.
  year,                 ///< value: "1990..1999", "..2009", "2016.."
  episodes,             ///< value: a range of their number
  duration,             ///< value: a range of minutes of one episode
  score,                ///< value: a range, 1 to 10
  type,                 ///< value: "movie", "tv", "ova", …
  type_exclude,         ///< value as type
  status,               ///< value: "finished", "airing", "upcoming"
  season,               ///< value: "winter", "spring", "summer", "fall"; always with a year
  source,               ///< value: the source material, "Manga", "Light novel", …
  level,                ///< value: "family"; a text never raises the level
  genre_exclude,        ///< value: a genre's name, "Romance"
  theme_exclude,        ///< value: a theme's name, "Harem"
  demographic_exclude,  ///< value: "Shounen", …
  tag_exclude,          ///< value: a tag's name
};

/// "liked", "genre_exclude", …; stable, part of the API.
std::string_view to_string(UnderstoodKind kind);

/// One thing that was read out of a request.
struct Understood {
  UnderstoodKind kind = UnderstoodKind::liked;
  std::string value;      ///< Canonical, see UnderstoodKind.
  std::string label;      ///< As a person reads it, English; a title as the resolver gave it.
  std::size_t begin = 0;  ///< Bytes of the request, [begin, end): cue and value.
  std::size_t end = 0;
  DocId doc = 0;        ///< Of liked and disliked.
  bool applied = true;  ///< False: switched off, its words count as plain text.
};

/// Names an item so that a request can switch it off: "liked:mal-19", "year:1990..1999". The same
/// reading of the same words gives the same key, also in a later generation.
std::string understood_key(const Understood& item);

struct UnderstandOptions {
  std::vector<std::string> switched_off;  ///< Keys to leave alone; unknown ones do nothing.
  int current_year = 0;  ///< For "the last five years"; 0: such words stay plain text.
};

struct Understanding {
  std::vector<Understood> items;  ///< In order of the request.
  /// What is left to search by meaning: the request without the applied items, tidied.
  std::string remaining_text;
  Filter filter;             ///< The applied items only.
  std::vector<DocId> liked;  ///< Without repetition.
  std::vector<DocId> disliked;
};

/// Reads examples and filters out of a request in plain English or Russian: titles after a
/// comparison cue ("something like Monster", "не как Наруто") or in quotation marks, years,
/// decades, types, numbers and lengths of episodes, status, season, score, source, negated genres.
/// A title that is an everyday word counts only where nothing else can be meant. A wish for a genre
/// ("romance") stays text. A request that is nothing but a quoted title stays text too: whoever
/// types a name looks for it.
/// `request`: any bytes. Deterministic; thread-safe as far as `titles` is; never throws for a text.
Understanding understand(std::string_view request, const TitleResolver& titles,
                         const UnderstandOptions& options = {});

/// The conditions of both: lists joined, ranges intersected, the stricter level. Where two ranges
/// exclude each other, or `asked` already names types, statuses, seasons, sources or age ratings,
/// `asked` holds.
Filter combined(const Filter& asked, const Filter& understood);

}  // namespace anireco
