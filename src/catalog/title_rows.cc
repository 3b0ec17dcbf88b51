#include "catalog/title_rows.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "base/error.h"
#include "catalog/anime_id.h"
#include "catalog/anime_json.h"

namespace anireco {
namespace {

enum class Change { added, changed, unchanged };

void count_change(Change change, UpsertCounts& counts) {
  switch (change) {
    case Change::added:
      ++counts.added;
      break;
    case Change::changed:
      ++counts.changed;
      break;
    case Change::unchanged:
      ++counts.unchanged;
      break;
  }
}

void set_id(ExternalIds& ids, const SiteId& id) {
  std::uint32_t number = 0;
  std::from_chars(id.value.data(), id.value.data() + id.value.size(), number);
  const auto set = [&](std::uint32_t& field) {
    if (field == 0) field = number;
  };
  switch (id.site) {
    case IdSite::mal:
      return set(ids.mal);
    case IdSite::anilist:
      return set(ids.anilist);
    case IdSite::kitsu:
      return set(ids.kitsu);
    case IdSite::anidb:
      return set(ids.anidb);
    case IdSite::shikimori:
      return set(ids.shikimori);
    case IdSite::imdb:
      if (ids.imdb.empty()) ids.imdb = id.value;
  }
}

void add_keys(TitleRows& table, const std::string& title, const Anime& record) {
  for (const std::string& key : identity_keys(record)) table.insert_key(key, title);
}

/// Derives the keys of a title anew from all that is said of it.
void rebuild_keys(TitleRows& table, const std::string& title) {
  table.remove_keys(title);
  for (const ContributionRow& row : table.rows_of(title)) {
    Anime record = parse_anime_json(row.json, {.source = row.source, .canonical = true}).anime;
    if (row.key == "id") record.id = title;
    add_keys(table, title, record);
  }
}

/// Those that no title has or had.
void add_former_ids(TitleRows& table, const std::string& title,
                    const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    if (table.current_id(id).empty()) table.insert_former_id(id, title);
  }
}

/// Puts a source's record where `place` says.
Change put(TitleRows& table, const Placement& place, const std::string& source,
           const Anime& record) {
  const ContributionRow row = make_row(place.id, source, record);
  if (place.is_new) {
    table.insert_title(place.id);
    add_former_ids(table, place.id, record.former_ids);
  }
  for (const std::string& other : place.absorbed) table.absorb(other, place.id);
  const auto mine = table.rows_of(place.id, source);
  const auto replaced = replaced_keys(mine, row, record.ids);
  if (place.absorbed.empty() && replaced.size() == 1 && mine.size() == 1 &&
      mine.front().json == row.json && mine.front().key == row.key) {
    return Change::unchanged;
  }
  for (const std::string& key : replaced) table.remove_row(place.id, source, key);
  table.insert_row(row);
  if (replaced.empty() && place.absorbed.empty()) {
    add_keys(table, place.id, record);
  } else {
    rebuild_keys(table, place.id);
  }
  return place.is_new ? Change::added : Change::changed;
}

/// Puts all that an export says of a title where `place` says.
Change put_title(TitleRows& table, const Placement& place, const TitleRecord& title) {
  if (place.is_new) table.insert_title(place.id);
  for (const std::string& other : place.absorbed) table.absorb(other, place.id);
  add_former_ids(table, place.id, title.merged.former_ids);
  const auto rows = make_rows(place.id, title.contributions);
  std::vector<ContributionRow> before;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && rows[i].source == rows[i - 1].source) continue;
    const auto mine = table.rows_of(place.id, rows[i].source);
    before.insert(before.end(), mine.begin(), mine.end());
  }
  std::ranges::sort(before, {}, [](const ContributionRow& r) { return std::tie(r.source, r.key); });
  if (place.absorbed.empty() && say_the_same(before, rows)) return Change::unchanged;
  for (const ContributionRow& row : before) table.remove_row(row.title, row.source, row.key);
  for (const ContributionRow& row : rows) table.insert_row(row);
  rebuild_keys(table, place.id);
  return place.is_new ? Change::added : Change::changed;
}

}  // namespace

ExternalIds ids_of_keys(std::span<const std::string> keys) {
  ExternalIds ids;
  for (const std::string& key : keys) {
    if (const auto site = parse_site_id(key)) set_id(ids, *site);
  }
  return ids;
}

UpsertCounts upsert_records(TitleRows& table, const std::string& source,
                            std::span<const Anime> records, const UpsertOptions& options) {
  UpsertCounts counts;
  for (const Anime& record : records) {
    const Placement place = place_record(record, table);
    if (place.is_new && !options.create) {
      ++counts.skipped;
      continue;
    }
    count_change(put(table, place, source, record), counts);
  }
  return counts;
}

UpsertCounts upsert_titles(TitleRows& table, std::span<const TitleRecord> titles) {
  UpsertCounts counts;
  for (const TitleRecord& title : titles) {
    count_change(put_title(table, place_title(title, table), title), counts);
  }
  return counts;
}

}  // namespace anireco
