#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalog/anime.h"
#include "tensor/bfloat16.h"

namespace anireco {

/// Windows of titles that were shown: well-known ones are shown again and again. Thread-safe.
class WindowMemory {
 public:
  using Windows = std::shared_ptr<const std::vector<bfloat16>>;  ///< [n, dimension]

  /// Null: not remembered.
  Windows find(DocId doc) const {
    const std::lock_guard lock(mutex_);
    const auto found = windows_.find(doc);
    return found == windows_.end() ? nullptr : found->second;
  }

  void insert(DocId doc, Windows windows) {
    const std::lock_guard lock(mutex_);
    if (values_ + windows->size() > kMostRemembered) {
      windows_.clear();
      values_ = 0;
    }
    const std::size_t size = windows->size();
    if (windows_.emplace(doc, std::move(windows)).second) values_ += size;
  }

 private:
  /// In values (32 MiB, some 13,000 titles of 384); what is beyond starts the memory afresh.
  static constexpr std::size_t kMostRemembered = std::size_t{16} << 20;

  mutable std::mutex mutex_;
  std::unordered_map<DocId, Windows> windows_;
  std::size_t values_ = 0;
};

}  // namespace anireco
