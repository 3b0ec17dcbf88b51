#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// A set of DocIds below size(), one bit each. Word w holds the documents 64w to 64w + 63; the bits
/// beyond size() are always zero. Not thread-safe for writers.
class DocSet {
 public:
  DocSet() = default;
  explicit DocSet(std::size_t size, bool full = false);

  std::size_t size() const { return size_; }
  bool contains(DocId doc) const {
    return doc < size_ && ((words_[doc >> 6] >> (doc & 63)) & 1) != 0;
  }
  void insert(DocId doc) { words_[doc >> 6] |= std::uint64_t{1} << (doc & 63); }
  void erase(DocId doc) { words_[doc >> 6] &= ~(std::uint64_t{1} << (doc & 63)); }
  std::size_t count() const;

  /// Set algebra over sets of the same size.
  DocSet& operator&=(const DocSet& other);
  DocSet& operator|=(const DocSet& other);
  DocSet& operator-=(const DocSet& other);
  bool operator==(const DocSet&) const = default;

  std::span<const std::uint64_t> words() const { return words_; }

  /// Calls visit(DocId) for each member, ascending.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t w = 0; w < words_.size(); ++w) {
      for (std::uint64_t bits = words_[w]; bits != 0; bits &= bits - 1) {
        visit(static_cast<DocId>(w * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
      }
    }
  }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t size_ = 0;
};

}  // namespace anireco
