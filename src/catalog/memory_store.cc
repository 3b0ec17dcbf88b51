#include "catalog/memory_store.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "base/error.h"
#include "catalog/contributions.h"
#include "catalog/memory_title_rows.h"

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

struct MemoryStore::State {
  mutable std::mutex mutex;
  std::shared_ptr<std::atomic<bool>> writing = std::make_shared<std::atomic<bool>>(false);
  MemoryTitleRows titles;
  std::map<std::string, std::map<TextHash, std::vector<std::uint16_t>>> vectors;
  Generation generation;

  std::vector<ContributionRow> rows() const {
    std::vector<ContributionRow> out;
    for (const auto& [key, json] : titles.rows()) {
      out.push_back({key.title, key.source, key.key, json});
    }
    return out;
  }

  std::vector<FormerId> former_ids() const {
    std::vector<FormerId> out;
    for (const auto& [id, title] : titles.former_ids()) out.push_back({id, title});
    return out;
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
  return upsert_records(state_->titles, source, records, options);
}

UpsertCounts MemoryStore::upsert_titles(std::span<const TitleRecord> titles) {
  const std::lock_guard guard(state_->mutex);
  return anireco::upsert_titles(state_->titles, titles);
}

std::vector<TitleRecord> MemoryStore::load_titles() const {
  const std::lock_guard guard(state_->mutex);
  return title_records(state_->rows(), state_->former_ids(), 1);
}

std::vector<Anime> MemoryStore::load() const {
  const std::lock_guard guard(state_->mutex);
  return merge_rows(state_->rows(), state_->former_ids(), 1);
}

std::size_t MemoryStore::count() const {
  const std::lock_guard guard(state_->mutex);
  return state_->titles.titles().size();
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
