#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace anireco {

/// Remembers the vectors of the last `capacity` texts; the least recently used go first.
/// Thread-safe.
class VectorCache {
 public:
  using Vector = std::shared_ptr<const std::vector<float>>;

  /// capacity 0 remembers nothing.
  explicit VectorCache(size_t capacity) : capacity_(capacity) {}

  /// The vector of a text, now the most recently used; null when unknown.
  Vector find(std::string_view text);
  void insert(std::string text, Vector vector);
  size_t size() const;

 private:
  struct Entry {
    std::string text;
    Vector vector;
  };
  const size_t capacity_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;  // views into entries_
};

}  // namespace anireco
