#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.h"
#include "catalog/filter.h"
#include "catalog/level.h"
#include "search/search_request.h"

namespace anireco {

/// Language of an answer.
enum class Language { en, ru };
std::string_view to_string(Language language);
std::optional<Language> parse_language(std::string_view name);

/// What a text on the wire must be. Lengths in Unicode code points.
struct TextRules {
  std::size_t min_length = 0;
  std::size_t max_length = 200;
  bool printable = false;  ///< No control characters.
};
inline constexpr TextRules kNameRules{.min_length = 1, .max_length = 200, .printable = true};
inline constexpr TextRules kTitleRules{.min_length = 1, .max_length = 200};
inline constexpr TextRules kIdRules{.min_length = 1, .max_length = 64};
inline constexpr TextRules kQueryRules{.max_length = 2048};
inline constexpr TextRules kKeyRules{.min_length = 1, .max_length = 300};

inline constexpr std::size_t kMaxValues = 50;  ///< Values of one filter.
inline constexpr std::size_t kMaxSwitchedOff = 100;
inline constexpr std::int64_t kMaxHits = 100;  ///< Cards a page.

/// Bounds of a number on the wire, inclusive.
struct Bounds {
  double min = 0;
  double max = 0;
};

/// Everything that is wrong with one request, gathered so that the client hears of it at once.
class FieldErrors {
 public:
  void add(std::string field, std::string message);
  /// Throws Problem 422 if there is any.
  void throw_if_any();

 private:
  std::vector<FieldError> errors_;
};

/// Each adds an error and returns false where the value breaks the rule.
bool check_text(std::string_view value, const TextRules& rules, const std::string& field,
                FieldErrors& errors);
bool check_bounds(double value, const Bounds& bounds, const std::string& field,
                  FieldErrors& errors);
bool check_range(const Range& range, const std::string& field, FieldErrors& errors);

/// Names of the wire's enumerations; only the canonical spelling.
std::optional<AnimeType> exact_anime_type(std::string_view name);
std::optional<AiringStatus> exact_airing_status(std::string_view name);
std::optional<Season> exact_season(std::string_view name);
std::optional<AgeRating> exact_age_rating(std::string_view name);
std::optional<SortBy> parse_sort(std::string_view name);
std::optional<FusionMethod> parse_fusion(std::string_view name);
std::optional<Level> exact_level(std::string_view name);

}  // namespace anireco
