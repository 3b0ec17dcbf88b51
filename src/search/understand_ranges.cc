#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "search/range_patterns.h"
#include "search/reading.h"

namespace anireco {
namespace {

using Table = RangeTable;

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
Range cours(double count, Bound bound) {
  Range range = {count * 10 + (count > 1 ? 2 : 0), count * 14};
  if (bound == Bound::at_least) range.max.reset();
  return range;
}

constexpr double kLongestShortEpisode = 15;
/// The Academy's definition of a short film.
constexpr double kLongestShortFilm = 40;

std::optional<Finding> interpret(const RangeMeaning& meaning, const PatternMatch& place,
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
      range = meaning.quantity == Quantity::cours
                  ? cours(place.numbers.empty() ? 1 : first, meaning.bound)
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
    if (word > 0 && !reading[word].starts_clause &&
        (is_joining_word(reading[word - 1].folded) || reading[word - 1].folded == "year")) {
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
  read_table(reading, length_patterns(), current_year);
  read_table(reading, year_patterns(), current_year);
  read_table(reading, bare_year_patterns(), current_year);
  read_year_at_the_ends(reading);
}

}  // namespace anireco
