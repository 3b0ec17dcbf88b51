#include "encoder/vector_cache.h"

#include <utility>

namespace anireco {

VectorCache::Vector VectorCache::find(std::string_view text) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(text);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->vector;
}

void VectorCache::insert(std::string text, Vector vector) {
  if (capacity_ == 0) return;
  const std::lock_guard lock(mutex_);
  if (const auto found = index_.find(text); found != index_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    found->second->vector = std::move(vector);
    return;
  }
  if (entries_.size() == capacity_) {
    index_.erase(entries_.back().text);
    entries_.pop_back();
  }
  entries_.push_front({std::move(text), std::move(vector)});
  index_.emplace(entries_.front().text, entries_.begin());
}

size_t VectorCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace anireco
