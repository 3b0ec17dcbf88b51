#include "catalog/list_entry.h"

#include <array>
#include <utility>

namespace anireco {
namespace {

constexpr std::array kListStatusNames = {
    std::pair{ListStatus::planned, "planned"}, std::pair{ListStatus::watching, "watching"},
    std::pair{ListStatus::completed, "completed"}, std::pair{ListStatus::on_hold, "on_hold"},
    std::pair{ListStatus::dropped, "dropped"}};

constexpr std::array kWordings = {
    std::pair{"plantowatch", ListStatus::planned}, std::pair{"planning", ListStatus::planned},
    std::pair{"planned", ListStatus::planned},     std::pair{"6", ListStatus::planned},
    std::pair{"watching", ListStatus::watching},   std::pair{"current", ListStatus::watching},
    std::pair{"rewatching", ListStatus::watching}, std::pair{"repeating", ListStatus::watching},
    std::pair{"1", ListStatus::watching},          std::pair{"completed", ListStatus::completed},
    std::pair{"2", ListStatus::completed},         std::pair{"onhold", ListStatus::on_hold},
    std::pair{"paused", ListStatus::on_hold},      std::pair{"3", ListStatus::on_hold},
    std::pair{"dropped", ListStatus::dropped},     std::pair{"4", ListStatus::dropped}};

std::string squeezed(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c == ' ' || c == '-' || c == '_') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace

std::string_view to_string(ListStatus status) {
  for (const auto& [value, name] : kListStatusNames) {
    if (value == status) return name;
  }
  return "none";
}

std::string_view to_string(ListMark mark) {
  switch (mark) {
    case ListMark::none:
      return "none";
    case ListMark::liked:
      return "liked";
    case ListMark::disliked:
      return "disliked";
  }
  return "none";
}

std::optional<ListStatus> parse_list_status(std::string_view word) {
  const std::string name = squeezed(word);
  for (const auto& [wording, status] : kWordings) {
    if (name == wording) return status;
  }
  return std::nullopt;
}

std::optional<ListStatus> exact_list_status(std::string_view word) {
  for (const auto& [value, name] : kListStatusNames) {
    if (word == name) return value;
  }
  return std::nullopt;
}

std::optional<ListMark> exact_list_mark(std::string_view word) {
  for (const ListMark mark : {ListMark::none, ListMark::liked, ListMark::disliked}) {
    if (to_string(mark) == word) return mark;
  }
  return std::nullopt;
}

}  // namespace anireco
