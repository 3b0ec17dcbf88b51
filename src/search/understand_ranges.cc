#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "search/reading.h"

namespace anireco {
namespace {

enum class Quantity {
  none,
  year,
  decade,
  relative,
  episodes,
  cours,
  minutes,
  hours,
  short_episodes,
  short_film,
  score
};
enum class Bound { exactly, about, below, at_most, at_least, above, between, early, middle, late };

struct Meaning {
  Quantity quantity = Quantity::none;
  Bound bound = Bound::exactly;
};

using Table = PatternTable<Meaning>;

const Table& years() {
  using enum Bound;
  constexpr Quantity kYear = Quantity::year;
  constexpr Quantity kDecade = Quantity::decade;
  static const Table table = {
      // Years of the story, not of the release.
      {"set|placed|settled in|during|around the? year? #Y", {}},
      {"set|placed|settled in|during the? early|mid|late? #D", {}},
      {"takes|taking|take|happens|happening|happen place? in|during the? year? #Y", {}},
      {"takes|taking|take|happens|happening|happen place? in|during the? #D", {}},
      {"in|by the year #Y", {}},
      {"in his|her|their|the #D", {}},
      {"japan|tokyo|america|russia|ussr of? the? #D", {}},
      {"действие|события|сюжет|дело происход*|разворачива*|проход*|идет? в|во #Y @year?", {}},
      {"происход*|разворачива*|живет|жил|жила в|во #Y @year?", {}},
      {"японии|япония|токио|россии|ссср|америки|деревни|города #D", {}},
      {"в #D @year?", {}},

      {"from|made|released|aired|between? between #Y and|to #Y", {kYear, between}},
      {"between|from|of|released|aired|years? #Y to|until|till|through|thru|and|up #Y",
       {kYear, between}},
      {"between|from|years? #Y - #Y", {kYear, between}},
      {"с|со|от #Y @year? по|до #Y @year?", {kYear, between}},
      {"между #Y и #Y @year?", {kYear, between}},
      {"#Y - #Y @year?", {kYear, between}},
      {"between|from? the? #D and|to|or the? #D", {kDecade, between}},
      {"#D и|или #D @year?", {kDecade, between}},
      {"made|released|aired|from? before|pre|until #Y", {kYear, below}},
      {"older|earlier than #Y", {kYear, below}},
      {"made|released|aired|from? before|pre|until the? #D", {kDecade, below}},
      {"раньше|старше|ранее|старее #Y @year?", {kYear, below}},
      {"not|no newer|later than #Y", {kYear, at_most}},
      {"up to #Y", {kYear, at_most}},
      {"вышл*|снят*|сделан*? до #Y @year?", {kYear, at_most}},
      {"не новее|позже|позднее #Y @year?", {kYear, at_most}},
      {"до #D @year?", {kDecade, below}},
      {"not|no older|earlier than #Y", {kYear, at_least}},
      {"since #Y", {kYear, at_least}},
      {"since the? #D", {kDecade, at_least}},
      {"from? #Y onwards|onward|on", {kYear, at_least}},
      {"from? #Y or|and newer|later|after|up", {kYear, at_least}},
      {"не старше|раньше|старее #Y @year?", {kYear, at_least}},
      {"начиная? с #Y @year?", {kYear, at_least}},
      {"начиная? с #D", {kDecade, at_least}},
      {"made|released|aired|from? after|post #Y", {kYear, above}},
      {"newer|later|more recent? than #Y", {kYear, above}},
      {"made|released|aired|from? after|post the? #D", {kDecade, above}},
      {"вышл*|снят*|сделан*? после #Y @year?", {kYear, above}},
      {"новее|позже|позднее|свежее #Y @year?", {kYear, above}},
      {"после #D @year?", {kDecade, above}},
      {"from|of? the? early #D", {kDecade, early}},
      {"from|of? the? mid|middle #D", {kDecade, middle}},
      {"from|of? the? late #D", {kDecade, late}},
      {"из? начала #D @year?", {kDecade, early}},
      {"из? середины #D @year?", {kDecade, middle}},
      {"из? конца #D @year?", {kDecade, late}},
      {"from|of? the? #D", {kDecade, exactly}},
      {"made|released|aired|produced|out in the? #D", {kDecade, exactly}},
      {"anime|movie|movies|films|series|shows|ova > in the #D", {kDecade, exactly}},
      {"снят*|вышл*|вышед*|сделан* в #D @year?", {kDecade, exactly}},
      {"из? #D @year?", {kDecade, exactly}},
      {"from|of #Y", {kYear, exactly}},
      {"made|released|aired|airing|produced|out in #Y", {kYear, exactly}},
      {"снят*|вышел|вышла|вышло|вышли|вышед*|сделан* в #Y @year?", {kYear, exactly}},
      {"#Y год|года|г", {kYear, exactly}},
      {"last|past # years", {Quantity::relative, at_least}},
      {"за? последние|последних # лет|года", {Quantity::relative, at_least}},
      {"of|from this year", {Quantity::relative, exactly}},
      {"этого года", {Quantity::relative, exactly}},
  };
  return table;
}

const Table& bare_years() {
  static const Table table = {
      {"anime|movie|movies|film|ova|series|аниме|фильм|сериал > in? #Y",
       {Quantity::year, Bound::exactly}},
      {"#Y < anime|movie|movies|film|films|ova|series|show|shows|аниме|фильм|сериал",
       {Quantity::year, Bound::exactly}},
  };
  return table;
}

const Table& lengths() {
  using enum Bound;
  constexpr Quantity kEpisodes = Quantity::episodes;
  constexpr Quantity kMinutes = Quantity::minutes;
  constexpr Quantity kHours = Quantity::hours;
  static const Table table = {
      // One certain episode, or time within the story.
      {"@episodes #", {}},
      {"first|last|final|opening few? # @episodes", {}},
      {"after # @episodes", {}},
      {"первые|последние|первых|последних # @episodes", {}},
      {"в|на # серии|эпизоде", {}},
      {"# @minutes to live", {}},

      {"shorter|less|fewer|lower than # @episodes", {kEpisodes, below}},
      {"under|below|sub # @episodes", {kEpisodes, below}},
      {"короче|меньше|менее чем? # @episodes", {kEpisodes, below}},
      {"up to # @episodes", {kEpisodes, at_most}},
      {"at most # @episodes", {kEpisodes, at_most}},
      {"no|not more|longer than # @episodes", {kEpisodes, at_most}},
      {"max|maximum # @episodes", {kEpisodes, at_most}},
      {"# @episodes or less|fewer|shorter", {kEpisodes, at_most}},
      {"# @episodes max|maximum|tops", {kEpisodes, at_most}},
      {"не больше|более|длиннее чем? # @episodes", {kEpisodes, at_most}},
      {"максимум|до # @episodes", {kEpisodes, at_most}},
      {"# @episodes максимум", {kEpisodes, at_most}},
      {"at least # @episodes", {kEpisodes, at_least}},
      {"min|minimum # @episodes", {kEpisodes, at_least}},
      {"# or more @episodes", {kEpisodes, at_least}},
      {"# @episodes or more|longer", {kEpisodes, at_least}},
      {"не меньше|менее|короче чем? # @episodes", {kEpisodes, at_least}},
      {"минимум|от # @episodes", {kEpisodes, at_least}},
      {"хотя бы # @episodes", {kEpisodes, at_least}},
      {"more|longer than # @episodes", {kEpisodes, above}},
      {"over|above # @episodes", {kEpisodes, above}},
      {"больше|длиннее|более|свыше чем? # @episodes", {kEpisodes, above}},
      {"between|from # and|to # @episodes", {kEpisodes, between}},
      {"# to|or|- # @episodes", {kEpisodes, between}},
      {"# - # @episodes", {kEpisodes, between}},
      {"от # до # @episodes", {kEpisodes, between}},
      {"# или # @episodes", {kEpisodes, between}},
      {"about|around|roughly # @episodes", {kEpisodes, about}},
      {"около|примерно # @episodes", {kEpisodes, about}},
      {"with|has|на|из? # @episodes", {kEpisodes, exactly}},
      {"a? single cour", {Quantity::cours, exactly}},
      {"# cour|cours", {Quantity::cours, exactly}},

      {"short|shorter|tiny episodes|eps|ep", {Quantity::short_episodes, exactly}},
      {"episodes|eps are? very|so|really|pretty? short", {Quantity::short_episodes, exactly}},
      {"коротк* серии|серий|сериями|сериях|серия|эпизод*", {Quantity::short_episodes, exactly}},
      {"с? серии|сериями|эпизод* коротк*", {Quantity::short_episodes, exactly}},
      {"короткометраж*", {Quantity::short_film, exactly}},
      {"a? short < film|films|movie|movies", {Quantity::short_film, exactly}},
      {"# @minutes long? @episodes", {kMinutes, exactly}},
      {"# @minutes per|each|an|a episode", {kMinutes, exactly}},
      {"@episodes are|of|is|lasting? # @minutes long|each?", {kMinutes, exactly}},
      {"@episodes по|на # @minutes", {kMinutes, exactly}},
      {"по # @minutes серия|эпизод|каждая?", {kMinutes, exactly}},
      {"under|below|less|shorter than? # @minutes per|each|an|a @episodes", {kMinutes, below}},
      {"@episodes under|below # @minutes", {kMinutes, below}},
      {"@episodes shorter|less than # @minutes", {kMinutes, below}},
      {"@episodes короче|меньше # @minutes", {kMinutes, below}},
      {"@episodes up to # @minutes", {kMinutes, at_most}},
      {"@episodes до # @minutes", {kMinutes, at_most}},
      {"@episodes не больше|длиннее|более # @minutes", {kMinutes, at_most}},
      {"@episodes over|above # @minutes", {kMinutes, above}},
      {"@episodes longer|more than # @minutes", {kMinutes, above}},
      {"@episodes длиннее|больше|от # @minutes", {kMinutes, above}},
      {"shorter than # @minutes", {kMinutes, below}},
      {"shorter than # @hours", {kHours, below}},
      {"longer than # @minutes", {kMinutes, above}},
      {"longer than # @hours", {kHours, above}},
      {"no|not longer than # @minutes", {kMinutes, at_most}},
      {"no|not longer than # @hours", {kHours, at_most}},
      {"under|below # @minutes long", {kMinutes, below}},
      {"under|below # @hours long", {kHours, below}},
      {"@movie > under|below # @minutes", {kMinutes, below}},
      {"@movie > under|below # @hours", {kHours, below}},
      {"@movie > up to # @minutes", {kMinutes, at_most}},
      {"@movie > up to # @hours", {kHours, at_most}},
      {"@movie > до # @minutes", {kMinutes, at_most}},
      {"@movie > до # @hours", {kHours, at_most}},
      {"@episodes @minutes по|на #", {kMinutes, exactly}},
      {"короче # @minutes", {kMinutes, below}},
      {"короче # @hours", {kHours, below}},
      {"длиннее # @minutes", {kMinutes, above}},
      {"длиннее # @hours", {kHours, above}},
      {"не длиннее|дольше # @minutes", {kMinutes, at_most}},
      {"не длиннее|дольше # @hours", {kHours, at_most}},

      {"rated|score|scored|rating|ratings|scores is? above|over # stars|points?",
       {Quantity::score, at_least}},
      {"rated|score|scored|rating higher|more|better|greater than #", {Quantity::score, at_least}},
      {"rated|score|scored|rating at least #", {Quantity::score, at_least}},
      {"rated|score|scored|rating # or higher|more|better", {Quantity::score, at_least}},
      {"above|over # rating|score|stars", {Quantity::score, at_least}},
      {"# rating|score and|or above|higher|up", {Quantity::score, at_least}},
      {"с? оценк*|рейтинг* выше|больше|от|более # балл*?", {Quantity::score, at_least}},
      {"с? оценк*|рейтинг* не ниже|меньше|менее # балл*?", {Quantity::score, at_least}},
  };
  return table;
}

Range range_around(double first, double last, Bound bound, double step) {
  using enum Bound;
  switch (bound) {
    case exactly:
      return {first, last};
    case about: {
      const double slack = std::max(2.0, std::round(first * 0.15));
      return {std::max(1.0, first - slack), last + slack};
    }
    case below:
      return {std::nullopt, first - step};
    case at_most:
      return {std::nullopt, last};
    case at_least:
      return {first, std::nullopt};
    case above:
      return {last + step, std::nullopt};
    case early:
      return {first, first + 3};
    case middle:
      return {first + 4, first + 6};
    case late:
      return {first + 7, last};
    case between:
      return {std::min(first, last), std::max(first, last)};
  }
  return {};
}

/// A cour is a quarter of a year of weekly episodes: ten to fourteen.
Range cours(double count) { return {count * 10 + (count > 1 ? 2 : 0), count * 14}; }

constexpr double kLongestShortEpisode = 15;
/// The Academy's definition of a short film.
constexpr double kLongestShortFilm = 40;

std::optional<Finding> interpret(const Meaning& meaning, const PatternMatch& place,
                                 int current_year) {
  const double first = place.numbers.empty() ? 0 : place.numbers.front();
  const double last = place.numbers.empty() ? 0 : place.numbers.back();
  Finding finding;
  finding.begin = place.begin;
  finding.end = place.end;
  Range range;
  switch (meaning.quantity) {
    case Quantity::none:
      return std::nullopt;
    case Quantity::year:
      range = range_around(first, last, meaning.bound, 1);
      finding.item.kind = UnderstoodKind::year;
      finding.effect.year = range;
      break;
    case Quantity::decade:
      range = range_around(first, last + 9, meaning.bound, 1);
      finding.item.kind = UnderstoodKind::year;
      finding.effect.year = range;
      break;
    case Quantity::relative:
      if (current_year == 0) return std::nullopt;
      range = meaning.bound == Bound::exactly
                  ? Range{static_cast<double>(current_year), static_cast<double>(current_year)}
                  : Range{current_year - first, std::nullopt};
      finding.item.kind = UnderstoodKind::year;
      finding.effect.year = range;
      break;
    case Quantity::episodes:
    case Quantity::cours:
      if (first < 1) return std::nullopt;
      range = meaning.quantity == Quantity::cours ? cours(place.numbers.empty() ? 1 : first)
                                                  : range_around(first, last, meaning.bound, 1);
      finding.item.kind = UnderstoodKind::episodes;
      finding.effect.episodes = range;
      break;
    case Quantity::minutes:
    case Quantity::hours: {
      const double unit = meaning.quantity == Quantity::hours ? 60 : 1;
      range = range_around(first * unit, last * unit, meaning.bound, 1);
      finding.item.kind = UnderstoodKind::duration;
      finding.effect.duration_minutes = range;
      break;
    }
    case Quantity::short_episodes:
    case Quantity::short_film:
      range = {std::nullopt,
               meaning.quantity == Quantity::short_film ? kLongestShortFilm : kLongestShortEpisode};
      finding.item.kind = UnderstoodKind::duration;
      finding.effect.duration_minutes = range;
      break;
    case Quantity::score:
      if (first < 1 || first > 10) return std::nullopt;
      range = {first, std::nullopt};
      finding.item.kind = UnderstoodKind::score;
      finding.effect.score = range;
      break;
  }
  finding.item.value = range_value(range);
  return finding;
}

void read_table(Reading& reading, const Table& table, int current_year) {
  for (std::size_t word = 0; word < reading.size(); ++word) {
    const auto match = table.longest_at(reading.query(), word);
    if (!match || !reading.is_free(match->place.begin, match->place.end)) continue;
    if (match->meaning.quantity == Quantity::none) {
      reading.block(match->place.begin, match->place.end);
    } else if (auto finding = interpret(match->meaning, match->place, current_year)) {
      reading.take(std::move(*finding));
    } else {
      continue;
    }
    word = match->place.end - 1;
  }
}

/// "rating 8+", "8+ episodes": a plus says "at least".
void read_plus(Reading& reading) {
  struct Row {
    QueryPattern pattern;
    Quantity quantity;
    std::size_t number_at;
  };
  static const Row kRows[] = {{QueryPattern("# @episodes"), Quantity::episodes, 0},
                              {QueryPattern("rated|rating|score|рейтинг #"), Quantity::score, 1}};
  for (std::size_t word = 0; word < reading.size(); ++word) {
    for (const Row& row : kRows) {
      const auto match = row.pattern.match(reading.query(), word);
      if (!match || !reading.is_free(match->begin, match->end)) continue;
      if (!reading[match->begin + row.number_at].plus_after) continue;
      if (auto finding = interpret({row.quantity, Bound::at_least}, *match, 0)) {
        reading.take(std::move(*finding));
      }
    }
  }
}

/// A lone year at either end of a request is a year of release ("1995 cyberpunk").
void read_year_at_the_ends(Reading& reading) {
  const QueryPattern year("#Y");
  if (reading.size() < 2) return;
  for (const std::size_t word : {std::size_t{0}, reading.size() - 1}) {
    const auto match = year.match(reading.query(), word);
    if (!match || match->end != word + 1 || !reading.is_free(word, word + 1)) continue;
    if (word > 0 && !reading[word].starts_clause && is_joining_word(reading[word - 1].folded)) {
      continue;
    }
    if (auto finding = interpret({Quantity::year, Bound::exactly}, *match, 0)) {
      reading.take(std::move(*finding));
    }
  }
}

}  // namespace

void read_ranges(Reading& reading, int current_year) {
  read_plus(reading);
  read_table(reading, lengths(), current_year);
  read_table(reading, years(), current_year);
  read_table(reading, bare_years(), current_year);
  read_year_at_the_ends(reading);
}

}  // namespace anireco
