#include "catalog/sqlite/title_table.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "catalog/anime_id.h"
#include "catalog/anime_json.h"

namespace anireco {
namespace {

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

Anime parse(const ContributionRow& row) {
  return parse_anime_json(row.json, {.source = row.source, .canonical = true}).anime;
}

}  // namespace

std::vector<std::string> TitleTable::titles_with_key(const std::string& key) const {
  Statement query = database_.prepare(
      "SELECT title FROM identity JOIN title ON title.id = identity.title WHERE key = ? "
      "ORDER BY title.seen");
  query.bind(key);
  std::vector<std::string> titles;
  while (query.step()) titles.emplace_back(query.text(0));
  return titles;
}

std::string TitleTable::current_id(const std::string& id) const {
  Statement query = database_.prepare(
      "SELECT id FROM title WHERE id = ?1 UNION ALL SELECT title FROM former_id WHERE id = ?1");
  query.bind(id);
  return query.step() ? std::string(query.text(0)) : std::string();
}

ExternalIds TitleTable::ids_of(const std::string& id) const {
  Statement query = database_.prepare("SELECT key FROM identity WHERE title = ? ORDER BY key");
  query.bind(id);
  ExternalIds ids;
  while (query.step()) {
    if (const auto site = parse_site_id(query.text(0))) set_id(ids, *site);
  }
  return ids;
}

std::vector<ContributionRow> TitleTable::rows_of(const std::string& title,
                                                 const std::string& source) const {
  Statement query =
      database_.prepare("SELECT key, json FROM contribution WHERE title = ? AND source = ?");
  query.bind(title).bind(source);
  std::vector<ContributionRow> rows;
  while (query.step()) {
    rows.push_back({title, source, std::string(query.text(0)), std::string(query.text(1))});
  }
  return rows;
}

void TitleTable::add_keys(const std::string& title, const Anime& record) {
  for (const std::string& key : identity_keys(record)) {
    database_.prepare("INSERT OR IGNORE INTO identity VALUES (?, ?)").bind(key).bind(title).run();
  }
}

void TitleTable::rebuild_keys(const std::string& title) {
  std::vector<ContributionRow> rows;
  {
    Statement query =
        database_.prepare("SELECT source, key, json FROM contribution WHERE title = ?");
    query.bind(title);
    while (query.step()) {
      rows.push_back({title, std::string(query.text(0)), std::string(query.text(1)),
                      std::string(query.text(2))});
    }
  }
  database_.prepare("DELETE FROM identity WHERE title = ?").bind(title).run();
  for (const ContributionRow& row : rows) {
    Anime record = parse(row);
    if (row.key == "id") record.id = title;
    add_keys(title, record);
  }
}

void TitleTable::absorb(const std::string& from, const std::string& into) {
  const auto move = [&](std::string_view sql) {
    database_.prepare(sql).bind(into).bind(from).run();
  };
  move("UPDATE OR REPLACE contribution SET title = ? WHERE title = ?");
  move("UPDATE former_id SET title = ? WHERE title = ?");
  move("INSERT INTO former_id (title, id) VALUES (?, ?)");
  database_.prepare("DELETE FROM identity WHERE title = ?").bind(from).run();
  database_.prepare("DELETE FROM title WHERE id = ?").bind(from).run();
}

TitleTable::Change TitleTable::put(const Placement& place, const std::string& source,
                                   const Anime& record) {
  const ContributionRow row = make_row(place.id, source, record);
  if (place.is_new) {
    database_.prepare("INSERT INTO title (id) VALUES (?)").bind(place.id).run();
    add_former_ids(place.id, record.former_ids);
  }
  for (const std::string& other : place.absorbed) absorb(other, place.id);
  const auto mine = rows_of(place.id, source);
  const auto replaced = replaced_keys(mine, row, record.ids);
  if (place.absorbed.empty() && replaced.size() == 1 && mine.front().json == row.json &&
      mine.size() == 1 && mine.front().key == row.key) {
    return Change::unchanged;
  }
  for (const std::string& key : replaced) {
    database_.prepare("DELETE FROM contribution WHERE title = ? AND source = ? AND key = ?")
        .bind(place.id)
        .bind(source)
        .bind(key)
        .run();
  }
  insert_row(row);
  if (replaced.empty() && place.absorbed.empty()) {
    add_keys(place.id, record);
  } else {
    rebuild_keys(place.id);
  }
  return place.is_new ? Change::added : Change::changed;
}

void TitleTable::add_former_ids(const std::string& title, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    if (!current_id(id).empty()) continue;
    database_.prepare("INSERT INTO former_id (id, title) VALUES (?, ?)").bind(id).bind(title).run();
  }
}

void TitleTable::insert_row(const ContributionRow& row) {
  database_.prepare("INSERT INTO contribution (title, source, key, json) VALUES (?, ?, ?, ?)")
      .bind(row.title)
      .bind(row.source)
      .bind(row.key)
      .bind(row.json)
      .run();
}

TitleTable::Change TitleTable::put_title(const Placement& place, const TitleRecord& title) {
  if (place.is_new) {
    database_.prepare("INSERT INTO title (id) VALUES (?)").bind(place.id).run();
  }
  for (const std::string& other : place.absorbed) absorb(other, place.id);
  add_former_ids(place.id, title.merged.former_ids);
  const auto rows = make_rows(place.id, title.contributions);
  std::vector<ContributionRow> before;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && rows[i].source == rows[i - 1].source) continue;
    const auto mine = rows_of(place.id, rows[i].source);
    before.insert(before.end(), mine.begin(), mine.end());
  }
  std::ranges::sort(before, {}, [](const ContributionRow& r) { return std::tie(r.source, r.key); });
  if (place.absorbed.empty() && say_the_same(before, rows)) return Change::unchanged;
  for (const ContributionRow& row : before) {
    database_.prepare("DELETE FROM contribution WHERE title = ? AND source = ? AND key = ?")
        .bind(row.title)
        .bind(row.source)
        .bind(row.key)
        .run();
  }
  for (const ContributionRow& row : rows) insert_row(row);
  rebuild_keys(place.id);
  return place.is_new ? Change::added : Change::changed;
}

std::vector<ContributionRow> TitleTable::all_rows() const {
  std::vector<ContributionRow> rows;
  rows.reserve(static_cast<std::size_t>(database_.number("SELECT COUNT(*) FROM contribution")));
  Statement query =
      database_.prepare("SELECT title, source, key, json FROM contribution ORDER BY number");
  while (query.step()) {
    rows.push_back({std::string(query.text(0)), std::string(query.text(1)),
                    std::string(query.text(2)), std::string(query.text(3))});
  }
  return rows;
}

std::vector<FormerId> TitleTable::former_ids() const {
  std::vector<FormerId> out;
  Statement query = database_.prepare("SELECT id, title FROM former_id ORDER BY id");
  while (query.step()) out.push_back({std::string(query.text(0)), std::string(query.text(1))});
  return out;
}

}  // namespace anireco
