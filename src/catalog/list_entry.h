#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/anime.h"

namespace anireco {

/// How far someone is with a title. `none`: only marked, on no list.
enum class ListStatus : std::uint8_t { none, planned, watching, completed, on_hold, dropped };
/// What someone says of a title beside a score.
enum class ListMark : std::uint8_t { none, liked, disliked };

/// "planned", "watching", "completed", "on_hold", "dropped"; `none` is "none".
std::string_view to_string(ListStatus status);
/// "liked", "disliked", "none".
std::string_view to_string(ListMark mark);

/// Reads a status as any of the known sites writes it, case, spaces, hyphens and underscores
/// ignored: "Plan to Watch", "PLANNING", "CURRENT", "rewatching", "On-Hold", "PAUSED",
/// MyAnimeList's numbers 1, 2, 3, 4, 6. Unknown words: nullopt.
std::optional<ListStatus> parse_list_status(std::string_view word);
/// Only the canonical spelling, without `none`.
std::optional<ListStatus> exact_list_status(std::string_view word);
std::optional<ListMark> exact_list_mark(std::string_view word);

/// One title of somebody's list, as its site knows it: the title need not be in any catalogue.
struct ListEntry {
  ExternalIds ids = {};    ///< At least one is known.
  std::string title = {};  ///< UTF-8, as the list writes it; may be empty. At most kMaxTitle bytes.
  ListStatus status = ListStatus::none;
  std::uint8_t score = 0;  ///< 1 to 10; 0: not scored.
  ListMark mark = ListMark::none;
  bool operator==(const ListEntry&) const = default;

  static constexpr std::size_t kMaxTitle = 500;
};

/// Entries of one list at most; longer lists are refused.
inline constexpr std::size_t kMaxListEntries = 20000;

/// True for a title that somebody has begun: it is no news to them.
inline bool is_seen(ListStatus status) {
  return status != ListStatus::none && status != ListStatus::planned;
}

}  // namespace anireco
