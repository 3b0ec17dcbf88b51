#include "catalog/memory_title_rows.h"

#include <algorithm>

namespace anireco {

void MemoryTitleRows::load_title(const std::string& id, std::uint64_t seen) {
  titles_[id] = seen;
  next_seen_ = std::max(next_seen_, seen + 1);
}

std::vector<std::string> MemoryTitleRows::titles_with_key(const std::string& key) const {
  const auto found = titles_of_key_.find(key);
  if (found == titles_of_key_.end()) return {};
  std::vector<std::string> out(found->second.begin(), found->second.end());
  std::ranges::sort(out, {}, [this](const std::string& id) { return titles_.at(id); });
  return out;
}

std::string MemoryTitleRows::current_id(const std::string& id) const {
  if (titles_.contains(id)) return id;
  const auto at = former_.find(id);
  return at == former_.end() ? std::string() : at->second;
}

ExternalIds MemoryTitleRows::ids_of(const std::string& id) const {
  std::vector<std::string> keys;
  for (auto at = keys_.lower_bound({id, ""}); at != keys_.end() && at->first == id; ++at) {
    keys.push_back(at->second);
  }
  return ids_of_keys(keys);
}

void MemoryTitleRows::insert_title(const std::string& id) { titles_[id] = next_seen_++; }

std::vector<ContributionRow> MemoryTitleRows::collect(const RowKey& from, bool one_source) const {
  std::vector<ContributionRow> out;
  for (auto at = rows_.lower_bound(from); at != rows_.end(); ++at) {
    const RowKey& key = at->first;
    if (key.title != from.title || (one_source && key.source != from.source)) break;
    out.push_back({key.title, key.source, key.key, at->second});
  }
  return out;
}

std::vector<ContributionRow> MemoryTitleRows::rows_of(const std::string& title) const {
  return collect({.title = title}, false);
}

std::vector<ContributionRow> MemoryTitleRows::rows_of(const std::string& title,
                                                      const std::string& source) const {
  return collect({.title = title, .source = source}, true);
}

void MemoryTitleRows::insert_row(const ContributionRow& row) {
  rows_[{.title = row.title, .source = row.source, .key = row.key}] = row.json;
}

void MemoryTitleRows::remove_row(const std::string& title, const std::string& source,
                                 const std::string& key) {
  rows_.erase({.title = title, .source = source, .key = key});
}

void MemoryTitleRows::insert_key(const std::string& key, const std::string& title) {
  keys_.insert({title, key});
  titles_of_key_[key].insert(title);
}

void MemoryTitleRows::remove_keys(const std::string& title) {
  auto at = keys_.lower_bound({title, ""});
  while (at != keys_.end() && at->first == title) {
    titles_of_key_[at->second].erase(title);
    at = keys_.erase(at);
  }
}

void MemoryTitleRows::insert_former_id(const std::string& id, const std::string& title) {
  former_[id] = title;
}

void MemoryTitleRows::absorb(const std::string& from, const std::string& into) {
  for (const ContributionRow& row : rows_of(from)) {
    remove_row(from, row.source, row.key);
    insert_row({into, row.source, row.key, row.json});
  }
  for (auto& [id, title] : former_) {
    if (title == from) title = into;
  }
  former_[from] = into;
  remove_keys(from);
  titles_.erase(from);
  absorbed_.emplace_back(from, into);
}

}  // namespace anireco
