#include "catalog/postgres/postgres_title_rows.h"

#include <algorithm>
#include <pqxx/result>

#include "catalog/anime_id.h"
#include "catalog/postgres/postgres_error.h"

namespace anireco {
namespace {

/// What place_record() asks for of a record.
void ask_for(const Anime& record, std::set<std::string>& ids, std::set<std::string>& keys) {
  if (!record.id.empty()) ids.insert(record.id);
  ids.insert(record.former_ids.begin(), record.former_ids.end());
  ids.insert(make_anime_id(id_seed(record), 0));
  for (std::string& key : identity_keys(record)) keys.insert(std::move(key));
}

}  // namespace

void PostgresTitleRows::fetch(std::span<const Anime> records) {
  std::set<std::string> ids;
  std::set<std::string> keys;
  for (const Anime& record : records) ask_for(record, ids, keys);
  fetch(ids, keys);
}

void PostgresTitleRows::fetch(std::span<const TitleRecord> titles) {
  std::set<std::string> ids;
  std::set<std::string> keys;
  for (const TitleRecord& title : titles) {
    Anime all = title.merged;
    for (const SourceRecord& said : title.contributions) all.ids = unite(all.ids, said.record.ids);
    ask_for(all, ids, keys);
  }
  fetch(ids, keys);
}

void PostgresTitleRows::fetch(const std::set<std::string>& ids, const std::set<std::string>& keys) {
  known_ids_ = ids;
  const std::string wanted = text_array(ids);
  std::set<std::string> titles;
  for (const auto& row : transaction_.exec_params(
           "SELECT id, title FROM former_id WHERE id = ANY ($1::text[])", wanted)) {
    const auto title = row[1].as<std::string>();
    insert_former_id(row[0].as<std::string>(), title);
    titles.insert(title);
  }
  for (const auto& row :
       transaction_.exec_params("SELECT id FROM title WHERE id = ANY ($1::text[]) UNION "
                                "SELECT title FROM identity WHERE key = ANY ($2::text[])",
                                wanted, text_array(keys))) {
    titles.insert(row[0].as<std::string>());
  }
  const std::string found = text_array(titles);
  for (const auto& row :
       transaction_.exec_params("SELECT seen, id FROM title WHERE id = ANY ($1::text[])", found)) {
    load_title(row[1].as<std::string>(), row[0].as<std::uint64_t>());
  }
  for (const auto& row : transaction_.exec_params(
           "SELECT title, source, key, json FROM contribution WHERE title = ANY ($1::text[])",
           found)) {
    insert_row({row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<std::string>(),
                row[3].as<std::string>()});
  }
  for (const auto& row : transaction_.exec_params(
           "SELECT key, title FROM identity WHERE title = ANY ($1::text[])", found)) {
    insert_key(row[0].as<std::string>(), row[1].as<std::string>());
  }
  old_titles_ = this->titles();
  old_rows_ = rows();
  old_keys_ = this->keys();
  old_former_ = former_ids();
}

std::string PostgresTitleRows::current_id(const std::string& id) const {
  std::string known = MemoryTitleRows::current_id(id);
  if (!known.empty() || known_ids_.contains(id)) return known;
  // Rare: an id made of a name that another title has already.
  const auto rows = transaction_.exec_params(
      "SELECT id FROM title WHERE id = $1 UNION ALL SELECT title FROM former_id WHERE id = $1",
      without_zero(id));
  return rows.empty() ? std::string() : rows[0][0].as<std::string>();
}

void PostgresTitleRows::store() const {
  store_titles();
  store_rows();
  store_keys();
  store_former_ids();
}

void PostgresTitleRows::store_titles() const {
  std::vector<std::string> added;
  for (const auto& [id, seen] : titles()) {
    if (!old_titles_.contains(id)) added.push_back(id);
  }
  std::ranges::sort(added, {}, [this](const std::string& id) { return titles().at(id); });
  std::vector<std::string> gone;
  for (const auto& [id, seen] : old_titles_) {
    if (!titles().contains(id)) gone.push_back(id);
  }
  if (!gone.empty()) {
    transaction_.exec_params("DELETE FROM title WHERE id = ANY ($1::text[])", text_array(gone));
  }
  if (!added.empty()) {
    transaction_.exec_params(
        "INSERT INTO title (id) SELECT id FROM unnest($1::text[]) WITH ORDINALITY AS t (id, place) "
        "ORDER BY place",
        text_array(added));
  }
}

void PostgresTitleRows::store_rows() const {
  std::vector<std::string> titles;
  std::vector<std::string> sources;
  std::vector<std::string> keys;
  std::vector<std::string> records;
  const auto add = [&](const RowKey& row) {
    titles.push_back(row.title);
    sources.push_back(row.source);
    keys.push_back(row.key);
  };
  for (const auto& [row, json] : old_rows_) {
    if (!rows().contains(row)) add(row);
  }
  if (!titles.empty()) {
    transaction_.exec_params(
        "DELETE FROM contribution c USING unnest($1::text[], $2::text[], $3::text[]) AS g (title, "
        "source, key) WHERE c.title = g.title AND c.source = g.source AND c.key = g.key",
        text_array(titles), text_array(sources), text_array(keys));
  }
  titles.clear();
  sources.clear();
  keys.clear();
  for (const auto& [row, json] : rows()) {
    const auto old = old_rows_.find(row);
    if (old != old_rows_.end() && old->second == json) continue;
    add(row);
    records.push_back(json);
  }
  if (titles.empty()) return;
  transaction_.exec_params(
      "INSERT INTO contribution (title, source, key, json) "
      "SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) "
      "ON CONFLICT (title, source, key) DO UPDATE SET json = excluded.json",
      text_array(titles), text_array(sources), text_array(keys), text_array(records));
}

void PostgresTitleRows::store_keys() const {
  const auto difference = [](const Keys& from, const Keys& without) {
    std::pair<std::vector<std::string>, std::vector<std::string>> out;
    for (const auto& [title, key] : from) {
      if (without.contains({title, key})) continue;
      out.first.push_back(title);
      out.second.push_back(key);
    }
    return out;
  };
  if (const auto [titles, keys] = difference(old_keys_, this->keys()); !titles.empty()) {
    transaction_.exec_params(
        "DELETE FROM identity i USING unnest($1::text[], $2::text[]) AS g (title, key) "
        "WHERE i.title = g.title AND i.key = g.key",
        text_array(titles), text_array(keys));
  }
  if (const auto [titles, keys] = difference(this->keys(), old_keys_); !titles.empty()) {
    transaction_.exec_params(
        "INSERT INTO identity (title, key) SELECT * FROM unnest($1::text[], $2::text[]) "
        "ON CONFLICT DO NOTHING",
        text_array(titles), text_array(keys));
  }
}

void PostgresTitleRows::store_former_ids() const {
  for (const auto& [from, into] : absorbed()) {
    transaction_.exec_params("UPDATE former_id SET title = $1 WHERE title = $2", into, from);
  }
  std::vector<std::string> ids;
  std::vector<std::string> titles;
  for (const auto& [id, title] : former_ids()) {
    if (old_former_.contains(id)) continue;
    ids.push_back(id);
    titles.push_back(title);
  }
  if (ids.empty()) return;
  transaction_.exec_params(
      "INSERT INTO former_id (id, title) SELECT * FROM unnest($1::text[], $2::text[]) "
      "ON CONFLICT (id) DO UPDATE SET title = excluded.title",
      text_array(ids), text_array(titles));
}

}  // namespace anireco
