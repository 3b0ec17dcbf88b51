#include "api/field_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "catalog/anime_enums.h"
#include "text/unicode.h"

namespace anireco {
namespace {

/// A wrong request of 20,000 items need not be answered with 20,000 lines.
constexpr std::size_t kMaxErrors = 20;

template <typename T>
std::optional<T> exact(std::span<const T> values, std::string_view name) {
  for (const T value : values) {
    if (to_string(value) == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Language language) {
  switch (language) {
    case Language::en:
      return "en";
    case Language::ru:
      return "ru";
  }
  return "en";
}

std::optional<Language> parse_language(std::string_view name) {
  if (name == "en") return Language::en;
  if (name == "ru") return Language::ru;
  return std::nullopt;
}

void FieldErrors::add(std::string field, std::string message) {
  if (errors_.size() < kMaxErrors) errors_.push_back({std::move(field), std::move(message)});
}

void FieldErrors::throw_if_any() {
  if (errors_.empty()) return;
  const std::string detail = errors_.front().field + ": " + errors_.front().message;
  throw Problem(422, detail, std::move(errors_));
}

bool check_text(std::string_view value, const TextRules& rules, const std::string& field,
                FieldErrors& errors) {
  const std::size_t length = count_code_points(value);
  if (length < rules.min_length) {
    errors.add(field, "must not be empty");
    return false;
  }
  if (length > rules.max_length) {
    errors.add(field,
               fmt::format("has {} characters; at most {} are allowed", length, rules.max_length));
    return false;
  }
  if (rules.printable && std::ranges::any_of(value, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
      })) {
    errors.add(field, "must not hold control characters");
    return false;
  }
  return true;
}

bool check_bounds(double value, const Bounds& bounds, const std::string& field,
                  FieldErrors& errors) {
  if (value >= bounds.min && value <= bounds.max) return true;
  errors.add(field, fmt::format("must be from {} to {}", bounds.min, bounds.max));
  return false;
}

bool check_range(const Range& range, const std::string& field, FieldErrors& errors) {
  if (!range.min || !range.max || *range.min <= *range.max) return true;
  errors.add(field,
             fmt::format("the least, {}, is above the greatest, {}", *range.min, *range.max));
  return false;
}

std::optional<AnimeType> exact_anime_type(std::string_view name) {
  return exact(all_anime_types(), name);
}
std::optional<AiringStatus> exact_airing_status(std::string_view name) {
  return exact(all_airing_statuses(), name);
}
std::optional<Season> exact_season(std::string_view name) { return exact(all_seasons(), name); }
std::optional<AgeRating> exact_age_rating(std::string_view name) {
  return exact(all_age_ratings(), name);
}

std::optional<SortBy> parse_sort(std::string_view name) {
  if (name == "relevance") return SortBy::relevance;
  if (name == "score") return SortBy::score;
  if (name == "popularity") return SortBy::popularity;
  if (name == "year") return SortBy::year;
  return std::nullopt;
}

std::optional<FusionMethod> parse_fusion(std::string_view name) {
  if (name == "rrf") return FusionMethod::rrf;
  if (name == "minmax") return FusionMethod::minmax;
  if (name == "dbsf") return FusionMethod::dbsf;
  return std::nullopt;
}

std::optional<Level> exact_level(std::string_view name) {
  for (const Level level : {Level::family, Level::standard, Level::adult}) {
    if (to_string(level) == name) return level;
  }
  return std::nullopt;
}

}  // namespace anireco
