#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <cmath>

#include "gather/list_forms.h"

namespace anireco::list_detail {
namespace {

/// AniList's ScoreFormat: how a person of that site scores.
enum class ScoreFormat { unknown, point_100, point_10_decimal, point_10, point_5, point_3 };

ScoreFormat parse_format(std::string_view name) {
  if (name == "POINT_100") return ScoreFormat::point_100;
  if (name == "POINT_10_DECIMAL") return ScoreFormat::point_10_decimal;
  if (name == "POINT_10") return ScoreFormat::point_10;
  if (name == "POINT_5") return ScoreFormat::point_5;
  if (name == "POINT_3") return ScoreFormat::point_3;
  return ScoreFormat::unknown;
}

double most_of(ScoreFormat format) {
  switch (format) {
    case ScoreFormat::point_100:
    case ScoreFormat::unknown:
      return 100;
    case ScoreFormat::point_10_decimal:
    case ScoreFormat::point_10:
      return 10;
    case ScoreFormat::point_5:
      return 5;
    case ScoreFormat::point_3:
      return 3;
  }
  return 100;
}

/// A score as 1 to 10, halves up; 0 stays "not scored". Smileys are AniList's own 35, 60 and 85 of
/// 100.
std::uint8_t to_ten(double score, ScoreFormat format) {
  if (score <= 0) return 0;
  double ten = score;
  if (format == ScoreFormat::point_100) ten = score / 10;
  if (format == ScoreFormat::point_5) ten = score * 2;
  if (format == ScoreFormat::point_3) {
    constexpr std::array kSmileys = {4, 6, 9};
    ten = kSmileys[static_cast<std::size_t>(std::clamp(std::lround(score), 1L, 3L)) - 1];
  }
  return static_cast<std::uint8_t>(std::clamp(std::floor(ten + 0.5), 1.0, 10.0));
}

/// The format of the person whose list it is; unknown where the answer does not say.
ScoreFormat format_of(const json::object& collection) {
  const auto object_at = [](const json::object* object, std::string_view key) {
    const json::value* value = object == nullptr ? nullptr : object->if_contains(key);
    return value == nullptr ? nullptr : value->if_object();
  };
  const json::object* options = object_at(object_at(&collection, "user"), "mediaListOptions");
  return options == nullptr ? ScoreFormat::unknown
                            : parse_format(loose_text(*options, "scoreFormat"));
}

struct ScoredEntry {
  ListEntry entry;
  double score = 0;
  std::string place;
};

std::optional<ScoredEntry> read_entry(const Fields& fields, ScoreFormat format) {
  const auto media = fields.object("media");
  if (media) {
    const std::string_view type = loose_text(media->raw(), "type");
    if (!type.empty() && type != "ANIME") return std::nullopt;
  }
  ScoredEntry read;
  ListEntry& entry = read.entry;
  if (media) {
    entry.ids.anilist = media->number("id", kMaxId);
    entry.ids.mal = media->number("idMal", kMaxId);
    if (const auto title = media->object("title")) {
      for (const char* name : {"english", "romaji", "native", "userPreferred"}) {
        if (entry.title.empty()) entry.title = list_title(loose_text(title->raw(), name));
      }
    }
  }
  if (entry.ids.anilist == 0) entry.ids.anilist = fields.number("mediaId", kMaxId);
  entry.status = required_status(fields, "status");
  read.score = fields.real("score", most_of(format));
  read.place = fields.path_of("media");
  return read;
}

void add_scored(ListFile& list, std::vector<ScoredEntry> read, ScoreFormat format,
                const ListLimits& limits) {
  if (format == ScoreFormat::unknown) {
    // Nothing above 10: a list of ten points, or the format would have been told.
    const bool hundred = std::ranges::any_of(read, [](const auto& e) { return e.score > 10; });
    format = hundred ? ScoreFormat::point_100 : ScoreFormat::point_10_decimal;
  }
  for (ScoredEntry& e : read) {
    e.entry.score = to_ten(e.score, format);
    add_entry(list, std::move(e.entry), e.place, limits);
  }
}

}  // namespace

ListFile read_anilist(const json::object& collection, const std::string& path,
                      const ListLimits& limits) {
  ListFile list{.form = ListForm::anilist_json};
  const ScoreFormat format = format_of(collection);
  const Fields whole(collection, path);
  const json::array* lists = long_array(whole, "lists");
  std::vector<ScoredEntry> read;
  for (std::size_t n = 0; lists != nullptr && n < lists->size(); ++n) {
    const Fields one = element((*lists)[n], whole.path_of("lists"), n);
    const json::array* entries = long_array(one, "entries");
    for (std::size_t e = 0; entries != nullptr && e < entries->size(); ++e) {
      auto entry = read_entry(element((*entries)[e], one.path_of("entries"), e), format);
      // Custom lists repeat what the others have; far more than that is no list.
      if (read.size() > 4 * limits.max_entries) refuse(one.path_of("entries"), "too many titles");
      if (entry) {
        read.push_back(*std::move(entry));
      } else {
        ++list.skipped;
      }
    }
  }
  ListLimits repeated = limits;
  repeated.max_entries = 4 * limits.max_entries + 1;
  add_scored(list, std::move(read), format, repeated);
  return list;
}

ListFile read_anilist_export(const json::object& root, const ListLimits& limits) {
  constexpr std::array kStatuses = {ListStatus::watching,  ListStatus::planned,
                                    ListStatus::completed, ListStatus::dropped,
                                    ListStatus::on_hold,   ListStatus::watching};
  ListFile list{.form = ListForm::anilist_export};
  const json::array* lists = long_array(Fields(root, ""), "lists");
  for (std::size_t n = 0; lists != nullptr && n < lists->size(); ++n) {
    const Fields fields = element((*lists)[n], "lists", n);
    if (fields.number("series_type", 10) != 0) {
      ++list.skipped;
      continue;
    }
    ListEntry entry;
    entry.ids.anilist = fields.number("series_id", kMaxId);
    const std::uint32_t status = fields.number("status", 100);
    if (status >= kStatuses.size()) fields.fail("status", "must be a number from 0 to 5");
    entry.status = kStatuses[status];
    entry.score = to_ten(fields.real("score", 100), ScoreFormat::point_100);
    add_entry(list, std::move(entry), fields.path_of("series_id"), limits);
  }
  return list;
}

}  // namespace anireco::list_detail
