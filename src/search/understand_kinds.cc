#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search/query_numbers.h"
#include "search/reading.h"

namespace anireco {
namespace {

/// Where a word must stand to speak of the anime and not of its story.
enum class Place {
  anywhere,
  head,   ///< In the part of a clause that names what is sought, before "about", "where" …
  alone,  ///< A clause of its own: ", finished", "movies only".
};

struct Meaning {
  UnderstoodKind kind = UnderstoodKind::type;
  std::string_view value;
  Place place = Place::anywhere;
};

using KindTable = PatternTable<Meaning>;

const KindTable& kinds() {
  using enum UnderstoodKind;
  using enum Place;
  static const KindTable table = {
      {"series? not|no a? @movie", {type_exclude, "movie", anywhere}},
      {"без|кроме|не полнометраж*|фильм*", {type_exclude, "movie", anywhere}},
      {"not|no ova|ovas|oav", {type_exclude, "ova", anywhere}},
      {"без|кроме|не ова|овашек|ov", {type_exclude, "ova", anywhere}},
      {"anime movie|movies|film|films", {type, "movie", anywhere}},
      {"аниме фильм*|полнометражк*", {type, "movie", anywhere}},
      {"movie|movies|film|films only?", {type, "movie", head}},
      {"feature|full length film|movie|anime?", {type, "movie", head}},
      {"only|just movie|movies|films", {type, "movie", head}},
      {"только? фильм|фильма|фильмы|фильмов", {type, "movie", head}},
      {"полнометражк*|полнометражн* фильм*|аниме?", {type, "movie", anywhere}},
      {"полный метр", {type, "movie", anywhere}},
      {"полного метра", {type, "movie", anywhere}},
      {"ova|ovas|oav|овашк*|ова", {type, "ova", anywhere}},
      {"ona|onas", {type, "ona", head}},
      {"tv series|show|shows|anime", {type, "tv", anywhere}},
      {"тв|телевизионн* сериал*|аниме", {type, "tv", anywhere}},
      {"телесериал*", {type, "tv", anywhere}},
      {"tv special|specials", {type, "tv_special", anywhere}},
      {"music video|videos|clip|clips", {type, "music", head}},

      {"already|fully|finally|has|have? finished|completed|ended|done airing",
       {status, "finished", anywhere}},
      {"already? finished|completed|complete|concluded anime|series|show|shows|ones|title|titles|"
       "story|only",
       {status, "finished", anywhere}},
      {"already|fully|preferably|must|should|only|that|is|are|be|it|has? "
       "already|fully|be|is|are|has|have? finished|completed|complete|concluded|ended "
       "only|already?",
       {status, "finished", alone}},
      {"завершенн*|законченн*|завершен|закончен", {status, "finished", head}},
      {"уже завершенн*|законченн*|завершен*|закончен*", {status, "finished", anywhere}},
      {"вышел|вышла|вышло|вышли|вышедш* полностью|целиком", {status, "finished", anywhere}},
      {"полностью|целиком вышел|вышла|вышло|вышли|вышедш*", {status, "finished", anywhere}},
      {"currently|still|now airing|running|ongoing", {status, "airing", anywhere}},
      {"airing now|currently|right now?", {status, "airing", anywhere}},
      {"ongoing anime|series|show|shows", {status, "airing", anywhere}},
      {"ongoing|airing|ongoings only?", {status, "airing", alone}},
      {"онгоинг*", {status, "airing", anywhere}},
      {"сейчас|еще выходит|выходят|выходящ*|идет|транслируется", {status, "airing", head}},
      {"выходит|выходящ* сейчас", {status, "airing", anywhere}},
      {"upcoming|announced|unaired|unreleased anime|series|show|shows|movie",
       {status, "upcoming", anywhere}},
      {"not aired|released|out yet", {status, "upcoming", anywhere}},
      {"yet to air", {status, "upcoming", anywhere}},
      {"upcoming|unaired|unreleased|announced", {status, "upcoming", alone}},
      {"анонс*|анонсированн*|невышедш*", {status, "upcoming", alone}},
      {"еще не вышел|вышла|вышло|вышедш*", {status, "upcoming", anywhere}},

      {"based on a|the? manga", {source, "Manga", anywhere}},
      {"based on a|the? light novel|novels", {source, "Light novel", anywhere}},
      {"based on a|the? visual novel|novels", {source, "Visual novel", anywhere}},
      {"based on a|the? web novel", {source, "Web novel", anywhere}},
      {"based on a|the? novel|novels", {source, "Novel", anywhere}},
      {"based on a|the? video? game|games", {source, "Game", anywhere}},
      {"manga adaptation|adaptations", {source, "Manga", anywhere}},
      {"light novel adaptation|adaptations", {source, "Light novel", anywhere}},
      {"visual novel adaptation|adaptations", {source, "Visual novel", anywhere}},
      {"game adaptation|adaptations", {source, "Game", anywhere}},
      {"экранизац* манги", {source, "Manga", anywhere}},
      {"экранизац* ранобэ|ранобе", {source, "Light novel", anywhere}},
      {"экранизац* игры|игр", {source, "Game", anywhere}},
      {"по манге", {source, "Manga", anywhere}},
      {"по ранобэ|ранобе", {source, "Light novel", anywhere}},
      {"по визуальной новелле", {source, "Visual novel", anywhere}},

      {"family|kid|child|kids - friendly", {level, "family", anywhere}},
      {"family|kid|child|kids friendly", {level, "family", anywhere}},
      {"suitable|appropriate|safe|ok|good for a? kid|kids|child|children|family",
       {level, "family", anywhere}},
      {"for the? whole? family|kids|children", {level, "family", head}},
      {"to watch with my|the? kid|kids|child|children|family|son|daughter|parents",
       {level, "family", anywhere}},
      {"для детей|ребенка|семьи|малышей", {level, "family", head}},
      {"для всей семьи", {level, "family", anywhere}},
      {"для семейного просмотра", {level, "family", anywhere}},
      {"смотреть|посмотреть с|со детьми|ребенком|дочкой|сыном|семьей|родителями",
       {level, "family", anywhere}},
      {"можно с детьми|ребенком", {level, "family", anywhere}},
  };
  return table;
}

/// Words that open the story, so that what follows no longer names what is sought.
bool opens_story(std::string_view word) {
  static const QueryPattern pattern(
      "about|where|who|whose|which|when|while|because|with|featuring|follow*|про|о|об|где|когда|"
      "котор*|кто|чтобы|снима*|снял*|смотрят|смотрит|make|makes|making|filming|shoot*|watching|"
      "watches|direct*|club|клуб*|студи*|режиссер*");
  const QueryWords query = split_query(word);
  return pattern.match(query, 0).has_value();
}

/// Words that turn "film" or "movie" into a part of the story.
bool makes_compound(std::string_view word) {
  static const QueryPattern pattern(
      "club|clubs|studio|director|directors|industry|star|stars|theater|theatre|student|students|"
      "critic|set|crew|maker|makers|buff|camera|project|a|an|the|his|her|their|клуб*|студи*|"
      "режиссер*|индустри*");
  const QueryWords query = split_query(word);
  return pattern.match(query, 0).has_value();
}

std::size_t clause_begin(const Reading& reading, std::size_t word) {
  while (word > 0 && !reading[word].starts_clause) --word;
  return word;
}

bool stands_in_head(const Reading& reading, std::size_t begin, std::size_t end) {
  for (std::size_t i = clause_begin(reading, begin); i < begin; ++i) {
    if (opens_story(reading[i].folded)) return false;
  }
  return end >= reading.size() || reading[end].starts_clause ||
         !makes_compound(reading[end].folded);
}

bool stands_alone(const Reading& reading, std::size_t begin, std::size_t end) {
  static const QueryPattern filler("but|and|only|just|no|но|и|только|желательно|уже|anime|аниме");
  for (std::size_t i = clause_begin(reading, begin); i < begin; ++i) {
    // A filter read before ("from the 90s and finished") is no part of a story either.
    if (reading.is_free(i, i + 1) && !filler.match(reading.query(), i)) return false;
  }
  return end >= reading.size() || reading[end].starts_clause || !reading.is_free(end, end + 1) ||
         is_joining_word(reading[end].folded);
}

struct NamedType {
  std::string_view name;
  AnimeType type;
};
constexpr NamedType kTypes[] = {{"movie", AnimeType::movie},
                                {"ova", AnimeType::ova},
                                {"ona", AnimeType::ona},
                                {"tv", AnimeType::tv},
                                {"tv_special", AnimeType::tv_special},
                                {"music", AnimeType::music}};

AnimeType type_of(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [name](const NamedType& entry) { return entry.name == name; });
  return found == std::end(kTypes) ? AnimeType::unknown : found->type;
}

Filter effect_of(const Meaning& meaning) {
  Filter effect;
  if (meaning.kind == UnderstoodKind::type) {
    effect.types.any = {type_of(meaning.value)};
  } else if (meaning.kind == UnderstoodKind::type_exclude) {
    effect.types.none = {type_of(meaning.value)};
  } else if (meaning.kind == UnderstoodKind::status) {
    effect.statuses.any = {meaning.value == "finished" ? AiringStatus::finished
                           : meaning.value == "airing" ? AiringStatus::airing
                                                       : AiringStatus::upcoming};
  } else if (meaning.kind == UnderstoodKind::source) {
    effect.sources.any = {std::string(meaning.value)};
  } else if (meaning.kind == UnderstoodKind::level) {
    effect.level = Level::family;
  }
  return effect;
}

struct NamedSeason {
  QueryPattern pattern;
  std::string_view value;
  Season season;
};
const std::vector<NamedSeason>& named_seasons() {
  static const std::vector<NamedSeason> seasons = {
      {QueryPattern("aired|airing|released? from|of|in? the? winter of? #Y"), "winter",
       Season::winter},
      {QueryPattern("aired|airing|released? from|of|in? the? spring of? #Y"), "spring",
       Season::spring},
      {QueryPattern("aired|airing|released? from|of|in? the? summer of? #Y"), "summer",
       Season::summer},
      {QueryPattern("aired|airing|released? from|of|in? the? fall|autumn of? #Y"), "fall",
       Season::fall},
      {QueryPattern("зима|зимы|зимой|зимний|зимнего сезон*? #Y @year?"), "winter", Season::winter},
      {QueryPattern("весна|весны|весной|весенний|весеннего сезон*? #Y @year?"), "spring",
       Season::spring},
      {QueryPattern("лето|лета|летом|летний|летнего сезон*? #Y @year?"), "summer", Season::summer},
      {QueryPattern("осень|осени|осенью|осенний|осеннего сезон*? #Y @year?"), "fall",
       Season::fall}};
  return seasons;
}

}  // namespace

/// A season counts only with its year, and gives two items: each can be switched off.
void read_seasons(Reading& reading) {
  for (const NamedSeason& named : named_seasons()) {
    for (std::size_t word = 0; word < reading.size(); ++word) {
      const auto match = named.pattern.match(reading.query(), word);
      if (!match || !reading.is_free(match->begin, match->end)) continue;
      std::size_t year_at = match->begin;
      while (!read_year(reading.query(), year_at)) ++year_at;
      Finding season;
      season.begin = match->begin;
      season.end = year_at;
      season.item.kind = UnderstoodKind::season;
      season.item.value = named.value;
      season.effect.seasons.any = {named.season};
      Finding year;
      year.begin = year_at;
      year.end = match->end;
      year.item.kind = UnderstoodKind::year;
      year.effect.year = {match->numbers.front(), match->numbers.front()};
      year.item.value = range_value(year.effect.year);
      reading.take(std::move(season));
      reading.take(std::move(year));
    }
  }
}

void read_kinds(Reading& reading) {
  for (std::size_t word = 0; word < reading.size(); ++word) {
    const auto match = kinds().longest_at(reading.query(), word);
    if (!match) continue;
    const std::size_t begin = match->place.begin;
    const std::size_t end = match->place.end;
    const Meaning& meaning = match->meaning;
    if (!reading.is_free(begin, end)) continue;
    if (meaning.place == Place::head && !stands_in_head(reading, begin, end)) continue;
    if (meaning.place == Place::alone && !stands_alone(reading, begin, end)) continue;
    Finding finding;
    finding.begin = begin;
    finding.end = end;
    finding.item.kind = meaning.kind;
    finding.item.value = meaning.value;
    finding.effect = effect_of(meaning);
    reading.take(std::move(finding));
    word = end - 1;
  }
}

}  // namespace anireco
