#include "catalog/memory_store.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "base/error.h"
#include "catalog/anime_id.h"
#include "catalog/anime_json.h"
#include "catalog/contributions.h"

namespace anireco {
namespace {

class FlagLock final : public WriterLock {
 public:
  explicit FlagLock(std::shared_ptr<std::atomic<bool>> held) : held_(std::move(held)) {}
  ~FlagLock() override { *held_ = false; }

 private:
  std::shared_ptr<std::atomic<bool>> held_;
};

}  // namespace

struct MemoryStore::State : IdentityTable {
  mutable std::mutex mutex;
  std::shared_ptr<std::atomic<bool>> writing = std::make_shared<std::atomic<bool>>(false);
  std::vector<std::string> titles;  ///< In order of first sight.
  std::vector<ContributionRow> rows;
  std::vector<FormerId> former;
  std::map<std::string, std::map<TextHash, std::vector<std::uint16_t>>> vectors;
  Generation generation;

  static Anime parse(const ContributionRow& row) {
    return parse_anime_json(row.json, {.source = row.source, .canonical = true}).anime;
  }

  std::vector<std::string> titles_with_key(const std::string& key) const override {
    std::vector<std::string> out;
    for (const std::string& title : titles) {
      for (const ContributionRow& row : rows) {
        if (row.title != title || row.key == "id") continue;
        const auto keys = identity_keys(parse(row));
        if (std::ranges::find(keys, key) != keys.end()) {
          out.push_back(title);
          break;
        }
      }
    }
    return out;
  }

  std::string current_id(const std::string& id) const override {
    if (std::ranges::find(titles, id) != titles.end()) return id;
    const auto at = std::ranges::find(former, id, &FormerId::id);
    return at == former.end() ? std::string() : at->title;
  }

  ExternalIds ids_of(const std::string& id) const override {
    ExternalIds ids;
    for (const ContributionRow& row : rows) {
      if (row.title == id) ids = unite(ids, parse(row).ids);
    }
    return ids;
  }

  /// Those that no title has or had.
  void add_former_ids(const std::string& title, const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      if (current_id(id).empty()) former.push_back({id, title});
    }
  }

  void absorb(const std::string& from, const std::string& into) {
    for (ContributionRow& row : rows) {
      if (row.title == from) row.title = into;
    }
    for (FormerId& id : former) {
      if (id.title == from) id.title = into;
    }
    former.push_back({from, into});
    std::erase(titles, from);
  }
};

MemoryStore::MemoryStore() : state_(std::make_unique<State>()) {}
MemoryStore::~MemoryStore() = default;

std::unique_ptr<WriterLock> MemoryStore::lock_for_writing() {
  if (state_->writing->exchange(true)) {
    throw Error(ErrorKind::unavailable, "another writer of this process holds the catalogue");
  }
  return std::make_unique<FlagLock>(state_->writing);
}

UpsertCounts MemoryStore::upsert(const std::string& source, std::span<const Anime> records,
                                 const UpsertOptions& options) {
  if (source.empty()) throw Error(ErrorKind::invalid_argument, "source: must not be empty");
  const std::lock_guard guard(state_->mutex);
  State& s = *state_;
  UpsertCounts counts;
  for (const Anime& record : records) {
    const Placement place = place_record(record, s);
    if (place.is_new && !options.create) {
      ++counts.skipped;
      continue;
    }
    if (place.is_new) {
      s.titles.push_back(place.id);
      s.add_former_ids(place.id, record.former_ids);
    }
    for (const std::string& other : place.absorbed) s.absorb(other, place.id);
    const ContributionRow row = make_row(place.id, source, record);
    std::vector<ContributionRow> mine;
    std::ranges::copy_if(s.rows, std::back_inserter(mine), [&](const ContributionRow& old) {
      return old.title == row.title && old.source == source;
    });
    const auto replaced = replaced_keys(mine, row, record.ids);
    const bool same = place.absorbed.empty() && replaced.size() == 1 &&
                      std::ranges::any_of(mine, [&](const ContributionRow& old) {
                        return old.key == row.key && old.json == row.json;
                      });
    if (same) {
      ++counts.unchanged;
      continue;
    }
    std::erase_if(s.rows, [&](const ContributionRow& old) {
      return old.title == row.title && old.source == source &&
             std::ranges::find(replaced, old.key) != replaced.end();
    });
    s.rows.push_back(row);
    ++(place.is_new ? counts.added : counts.changed);
  }
  return counts;
}

UpsertCounts MemoryStore::upsert_titles(std::span<const TitleRecord> titles) {
  const std::lock_guard guard(state_->mutex);
  State& s = *state_;
  UpsertCounts counts;
  for (const TitleRecord& title : titles) {
    const Placement place = place_title(title, s);
    if (place.is_new) s.titles.push_back(place.id);
    for (const std::string& other : place.absorbed) s.absorb(other, place.id);
    const auto rows = make_rows(place.id, title.contributions);
    std::set<std::string> sources;
    for (const ContributionRow& row : rows) sources.insert(row.source);
    std::vector<ContributionRow> before;
    std::erase_if(s.rows, [&](const ContributionRow& old) {
      const bool replaced = old.title == place.id && sources.contains(old.source);
      if (replaced) before.push_back(old);
      return replaced;
    });
    std::ranges::sort(before, {},
                      [](const ContributionRow& r) { return std::tie(r.source, r.key); });
    s.rows.insert(s.rows.end(), rows.begin(), rows.end());
    s.add_former_ids(place.id, title.merged.former_ids);
    const bool same = place.absorbed.empty() && say_the_same(before, rows);
    ++(place.is_new ? counts.added : same ? counts.unchanged : counts.changed);
  }
  return counts;
}

std::vector<TitleRecord> MemoryStore::load_titles() const {
  const std::lock_guard guard(state_->mutex);
  return title_records(state_->rows, state_->former, 1);
}

std::vector<Anime> MemoryStore::load() const {
  const std::lock_guard guard(state_->mutex);
  return merge_rows(state_->rows, state_->former, 1);
}

std::size_t MemoryStore::count() const {
  const std::lock_guard guard(state_->mutex);
  return state_->titles.size();
}

std::vector<StoredVector> MemoryStore::vectors(const std::string& model_fingerprint,
                                               std::span<const TextHash> texts) const {
  const std::lock_guard guard(state_->mutex);
  std::vector<StoredVector> out;
  const auto model = state_->vectors.find(model_fingerprint);
  if (model == state_->vectors.end()) return out;
  const std::set<TextHash> wanted(texts.begin(), texts.end());
  for (const TextHash& text : wanted) {
    const auto at = model->second.find(text);
    if (at != model->second.end()) out.push_back({text, at->second});
  }
  return out;
}

std::vector<TextHash> MemoryStore::missing_vectors(const std::string& model_fingerprint,
                                                   std::span<const TextHash> texts) const {
  const std::lock_guard guard(state_->mutex);
  std::vector<TextHash> out(texts.begin(), texts.end());
  const auto model = state_->vectors.find(model_fingerprint);
  if (model == state_->vectors.end()) return out;
  std::erase_if(out, [&](const TextHash& text) { return model->second.contains(text); });
  return out;
}

void MemoryStore::put_vectors(const std::string& model_fingerprint,
                              std::span<const StoredVector> vectors) {
  const std::lock_guard guard(state_->mutex);
  auto& stored = state_->vectors[model_fingerprint];
  for (const StoredVector& vector : vectors) stored[vector.text] = vector.values;
}

void MemoryStore::prune_vectors(const std::string& model_fingerprint,
                                std::span<const TextHash> keep) {
  const std::lock_guard guard(state_->mutex);
  const std::set<TextHash> kept(keep.begin(), keep.end());
  std::erase_if(state_->vectors,
                [&](const auto& model) { return model.first != model_fingerprint; });
  std::erase_if(state_->vectors[model_fingerprint],
                [&](const auto& vector) { return !kept.contains(vector.first); });
}

Generation MemoryStore::generation() const {
  const std::lock_guard guard(state_->mutex);
  return state_->generation;
}

void MemoryStore::publish(const Generation& generation) {
  const std::lock_guard guard(state_->mutex);
  if (generation.number != state_->generation.number + 1) {
    throw Error(ErrorKind::invalid_argument, "generation: its number must follow the current one");
  }
  state_->generation = generation;
}

}  // namespace anireco
