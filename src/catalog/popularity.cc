#include "catalog/popularity.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

#include "catalog/merge.h"

namespace anireco {
namespace {

/// For each value the share of `values` below it.
template <typename T>
std::vector<float> shares(const std::vector<T>& values) {
  std::vector<T> sorted = values;
  std::ranges::sort(sorted);
  std::vector<float> out;
  out.reserve(values.size());
  for (const T& value : values) {
    const auto fewer = std::ranges::lower_bound(sorted, value) - sorted.begin();
    out.push_back(static_cast<float>(fewer) / static_cast<float>(values.size()));
  }
  return out;
}

}  // namespace

double standing(const Anime& a) {
  std::size_t longest = 0;
  for (const SourcedText& synopsis : a.synopses) longest = std::max(longest, synopsis.text.size());
  const std::size_t terms =
      std::min<std::size_t>(40, a.genres.size() + a.themes.size() + a.tags.size());
  double sum = .04 * std::log1p(static_cast<double>(a.titles.synonyms.size())) +
               .025 * std::log1p(static_cast<double>(longest)) +
               .08 * std::log1p(static_cast<double>(terms)) +
               .04 * std::log1p(static_cast<double>(a.relations.size()));
  const auto above = [&](double limit) {
    return std::max(0.0, static_cast<double>(a.score) - limit);
  };
  if (a.score > 0) sum += .10 + .17 * above(6) + .23 * above(7) + .30 * above(8);
  if (!a.titles.english.empty()) sum += .04;
  if (!a.studios.empty()) sum += .02;
  if (a.type == AnimeType::tv) sum += .16;
  if (a.type == AnimeType::music) sum -= .05;
  if (a.age_rating >= AgeRating::pg13) sum += .13;
  return sum;
}

std::vector<float> popularity_percentiles(std::span<const Anime> records) {
  std::unordered_map<std::string, std::vector<std::size_t>> records_of_source;
  std::size_t counted = 0;
  std::size_t largest = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].members == 0) continue;
    std::vector<std::size_t>& list =
        records_of_source[std::string(field_source(records[i], "members"))];
    list.push_back(i);
    largest = std::max(largest, list.size());
    ++counted;
  }
  std::vector<float> popularity(records.size(), 0);
  for (const auto& [source, list] : records_of_source) {
    std::vector<std::uint32_t> members;
    members.reserve(list.size());
    for (const std::size_t i : list) members.push_back(records[i].members);
    const std::vector<float> share = shares(members);
    const float scale = list.size() * 10 < largest ? .9F : 1.0F;
    for (std::size_t k = 0; k < list.size(); ++k) popularity[list[k]] = scale * share[k];
  }
  if (counted * 2 >= records.size()) return popularity;
  std::vector<double> standings;
  standings.reserve(records.size());
  for (const Anime& a : records) standings.push_back(standing(a));
  const std::vector<float> share = shares(standings);
  for (std::size_t i = 0; i < records.size(); ++i) {
    popularity[i] = std::max(popularity[i], share[i]);
  }
  return popularity;
}

}  // namespace anireco
