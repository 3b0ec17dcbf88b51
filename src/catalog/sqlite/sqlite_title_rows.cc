#include "catalog/sqlite/sqlite_title_rows.h"

namespace anireco {

std::vector<std::string> SqliteTitleRows::titles_with_key(const std::string& key) const {
  Statement query = database_.prepare(
      "SELECT title FROM identity JOIN title ON title.id = identity.title WHERE key = ? "
      "ORDER BY title.seen");
  query.bind(key);
  std::vector<std::string> titles;
  while (query.step()) titles.emplace_back(query.text(0));
  return titles;
}

std::string SqliteTitleRows::current_id(const std::string& id) const {
  Statement query = database_.prepare(
      "SELECT id FROM title WHERE id = ?1 UNION ALL SELECT title FROM former_id WHERE id = ?1");
  query.bind(id);
  return query.step() ? std::string(query.text(0)) : std::string();
}

ExternalIds SqliteTitleRows::ids_of(const std::string& id) const {
  Statement query = database_.prepare("SELECT key FROM identity WHERE title = ? ORDER BY key");
  query.bind(id);
  std::vector<std::string> keys;
  while (query.step()) keys.emplace_back(query.text(0));
  return ids_of_keys(keys);
}

void SqliteTitleRows::insert_title(const std::string& id) {
  database_.prepare("INSERT INTO title (id) VALUES (?)").bind(id).run();
}

std::vector<ContributionRow> SqliteTitleRows::rows_of(const std::string& title) const {
  Statement query = database_.prepare("SELECT source, key, json FROM contribution WHERE title = ?");
  query.bind(title);
  std::vector<ContributionRow> rows;
  while (query.step()) {
    rows.push_back({title, std::string(query.text(0)), std::string(query.text(1)),
                    std::string(query.text(2))});
  }
  return rows;
}

std::vector<ContributionRow> SqliteTitleRows::rows_of(const std::string& title,
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

void SqliteTitleRows::insert_row(const ContributionRow& row) {
  database_.prepare("INSERT INTO contribution (title, source, key, json) VALUES (?, ?, ?, ?)")
      .bind(row.title)
      .bind(row.source)
      .bind(row.key)
      .bind(row.json)
      .run();
}

void SqliteTitleRows::remove_row(const std::string& title, const std::string& source,
                                 const std::string& key) {
  database_.prepare("DELETE FROM contribution WHERE title = ? AND source = ? AND key = ?")
      .bind(title)
      .bind(source)
      .bind(key)
      .run();
}

void SqliteTitleRows::insert_key(const std::string& key, const std::string& title) {
  database_.prepare("INSERT OR IGNORE INTO identity VALUES (?, ?)").bind(key).bind(title).run();
}

void SqliteTitleRows::remove_keys(const std::string& title) {
  database_.prepare("DELETE FROM identity WHERE title = ?").bind(title).run();
}

void SqliteTitleRows::insert_former_id(const std::string& id, const std::string& title) {
  database_.prepare("INSERT INTO former_id (id, title) VALUES (?, ?)").bind(id).bind(title).run();
}

void SqliteTitleRows::absorb(const std::string& from, const std::string& into) {
  const auto move = [&](std::string_view sql) {
    database_.prepare(sql).bind(into).bind(from).run();
  };
  move("UPDATE OR REPLACE contribution SET title = ? WHERE title = ?");
  move("UPDATE former_id SET title = ? WHERE title = ?");
  move("INSERT INTO former_id (title, id) VALUES (?, ?)");
  remove_keys(from);
  database_.prepare("DELETE FROM title WHERE id = ?").bind(from).run();
}

std::vector<ContributionRow> SqliteTitleRows::all_rows() const {
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

std::vector<FormerId> SqliteTitleRows::former_ids() const {
  std::vector<FormerId> out;
  Statement query = database_.prepare("SELECT id, title FROM former_id ORDER BY id");
  while (query.step()) out.push_back({std::string(query.text(0)), std::string(query.text(1))});
  return out;
}

}  // namespace anireco
