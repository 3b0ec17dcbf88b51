#include "api/understood_label.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

#include "catalog/anime_id.h"

namespace anireco {
namespace {

/// Russian forms of a unit: after 1, after 2 to 4, after 5 and more, and after "до" or "от" 1.
struct Unit {
  std::string_view kind;
  std::string_view one;
  std::string_view few;
  std::string_view many;
  std::string_view one_genitive;
};
constexpr std::array<Unit, 2> kUnits = {{{"episodes", "серия", "серии", "серий", "серии"},
                                         {"duration", "минута", "минуты", "минут", "минуты"}}};

enum class Case { nominative, genitive };

/// A number as it stands in a range, with its unit where the kind has one. One that is not whole
/// takes the genitive singular.
std::string counted(const Unit* unit, std::string_view number, Case word_case) {
  if (unit == nullptr) return std::string(number);
  if (number.find('.') != std::string_view::npos) return fmt::format("{} {}", number, unit->few);
  const char last = number.back();
  const bool teen = number.size() > 1 && number[number.size() - 2] == '1';
  std::string_view form = unit->many;
  if (!teen && last == '1') form = word_case == Case::genitive ? unit->one_genitive : unit->one;
  if (!teen && word_case == Case::nominative && last >= '2' && last <= '4') form = unit->few;
  return fmt::format("{} {}", number, form);
}

/// Empty where the value is no range.
std::string russian_range(std::string_view kind, std::string_view value) {
  const std::size_t dots = value.find("..");
  if (value.empty() || dots == std::string_view::npos) return {};
  const std::string_view first = value.substr(0, dots);
  const std::string_view last = value.substr(dots + 2);
  const Unit* unit = nullptr;
  for (const Unit& one : kUnits) {
    if (one.kind == kind) unit = &one;
  }
  if (first == last) return counted(unit, first, Case::nominative);
  if (first.empty()) return fmt::format("до {}", counted(unit, last, Case::genitive));
  if (last.empty()) {
    return fmt::format("{} {}", kind == "year" ? "с" : "от", counted(unit, first, Case::genitive));
  }
  return fmt::format("{}–{}", first, counted(unit, last, Case::nominative));
}

bool is_range(std::string_view kind) {
  return kind == "year" || kind == "episodes" || kind == "duration" || kind == "score";
}

}  // namespace

std::string understood_label(const Audience& audience, const UnderstoodItem& item) {
  if (item.kind == "liked" || item.kind == "disliked") {
    const std::optional<DocId> doc = audience.catalog.find(item.value);
    if (!doc || !audience.may_see(*doc)) return item.label;
    return display_title(audience.catalog[*doc], to_string(audience.language));
  }
  if (is_range(item.kind)) {
    std::string label;
    if (audience.language == Language::ru) label = russian_range(item.kind, item.value);
    return label.empty() ? item.label : label;
  }
  const std::string_view kind = std::string_view(item.kind).substr(0, item.kind.find("_exclude"));
  const std::string_view label = audience.labels.label(kind, item.value, audience.language);
  return label == item.value ? item.label : std::string(label);
}

}  // namespace anireco
