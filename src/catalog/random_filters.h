#pragma once

// For tests: made-up titles and filters that hit, miss and border on them.

#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "catalog/anime_enums.h"
#include "catalog/filter.h"

namespace anireco {

/// Random titles and filters over one small vocabulary. Deterministic.
class RandomFilters {
 public:
  explicit RandomFilters(std::uint32_t seed) : random_(seed) {}

  std::vector<Anime> titles(std::size_t count) {
    std::vector<Anime> out(count);
    for (std::size_t n = 0; n < count; ++n) {
      Anime& a = out[n];
      a.id = "title" + std::to_string(100'000 + n);
      a.titles.romaji = "Title " + std::to_string(n);
      a.synopses = {{"en",
                     "Number " + std::to_string(n) + " walks " + name() + ". It rains on " +
                         name() + " and on " + name() + ". Then night falls.",
                     "anireco"}};
      if (one_in(9)) a.synopses.clear();
      a.genres = names();
      a.themes = names();
      a.demographics = names();
      a.studios = names();
      for (const std::string& name : names()) a.tags.push_back({name, one_in(5)});
      a.type = pick(all_anime_types());
      a.status = pick(all_airing_statuses());
      a.season = pick(all_seasons());
      a.age_rating = pick(all_age_ratings());
      a.adult_flag = one_in(10);
      a.source_material = one_in(4) ? "" : name();
      a.year = static_cast<std::uint16_t>(one_in(5) ? 0 : 1995 + below(8));
      a.episodes = static_cast<std::uint16_t>(below(30));
      a.duration_minutes = static_cast<std::uint16_t>(below(40));
      a.score = one_in(5) ? 0 : static_cast<float>(10 + below(90)) / 10;
      a.members = below(4) * 1000;
    }
    return out;
  }

  Filter filter() {
    Filter f;
    f.level = static_cast<Level>(below(3));
    fill(f.genres);
    fill(f.themes);
    fill(f.demographics);
    fill(f.tags);
    fill(f.studios);
    fill(f.types, all_anime_types());
    fill(f.statuses, all_airing_statuses());
    fill(f.seasons, all_seasons());
    fill(f.age_ratings, all_age_ratings());
    if (one_in(4)) f.sources.any = names();
    if (one_in(6)) f.sources.none = names();
    fill(f.year, 1994, 10);
    fill(f.episodes, 0, 30);
    fill(f.duration_minutes, 0, 40);
    fill(f.score, 1, 9);
    fill(f.members, 0, 4000);
    return f;
  }

  /// Ascending.
  std::vector<DocId> docs(std::size_t size) {
    std::vector<DocId> out;
    for (DocId doc = 0; doc < size; ++doc) {
      if (one_in(6)) out.push_back(doc);
    }
    return out;
  }

  bool one_in(std::uint32_t n) { return below(n) == 0; }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

 private:
  static constexpr std::string_view kNames[] = {"Comedy",   "comedy",  "Drama",
                                                "Ecchi",    "Hentai",  "École",
                                                "\"x\" \\", "Фэнтези", " Slice  of Life "};

  template <typename T>
  T pick(std::span<const T> values) {
    return values[below(static_cast<std::uint32_t>(values.size()))];
  }
  std::string name() { return std::string(pick(std::span<const std::string_view>(kNames))); }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (std::uint32_t n = below(4); n > 0; --n) out.push_back(name());
    return out;
  }
  void fill(TermCondition& condition) {
    if (one_in(8)) condition.all = {name()};
    if (one_in(6)) condition.any = names();
    if (one_in(6)) condition.none = names();
    if (one_in(40)) condition.any.emplace_back("nowhere");
  }
  template <typename T>
  void fill(ValueCondition<T>& condition, std::span<const T> values) {
    if (one_in(6)) condition.any = {pick(values), pick(values)};
    if (one_in(8)) condition.none = {pick(values)};
  }
  void fill(Range& range, double least, std::uint32_t width) {
    if (!one_in(5)) return;
    const double from = least + below(width * 10) / 10.0;
    if (!one_in(3)) range.min = from;
    if (!one_in(3)) range.max = from + below(width);
  }

  std::mt19937 random_;
};

}  // namespace anireco
