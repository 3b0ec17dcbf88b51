#include "catalog/doc_set.h"

#include <cassert>

namespace anireco {

DocSet::DocSet(std::size_t size, bool full)
    : words_((size + 63) / 64, full ? ~std::uint64_t{0} : 0), size_(size) {
  if (full && size % 64 != 0) words_.back() = (std::uint64_t{1} << (size % 64)) - 1;
}

std::size_t DocSet::count() const {
  std::size_t n = 0;
  for (std::uint64_t word : words_) n += static_cast<std::size_t>(std::popcount(word));
  return n;
}

DocSet& DocSet::operator&=(const DocSet& other) {
  assert(size_ == other.size_);
  for (std::size_t w = 0; w < words_.size(); ++w) words_[w] &= other.words_[w];
  return *this;
}

DocSet& DocSet::operator|=(const DocSet& other) {
  assert(size_ == other.size_);
  for (std::size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
  return *this;
}

DocSet& DocSet::operator-=(const DocSet& other) {
  assert(size_ == other.size_);
  for (std::size_t w = 0; w < words_.size(); ++w) words_[w] &= ~other.words_[w];
  return *this;
}

}  // namespace anireco
