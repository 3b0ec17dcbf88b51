#include "text/piece_table.h"

#include <algorithm>
#include <array>
#include <bit>

namespace anireco {
namespace {

std::uint64_t spread(std::uint64_t hash) { return (hash ^ hash >> 32) * 0x9e3779b97f4a7c15ULL; }

constexpr std::size_t kMaxBytes = 256;

}  // namespace

PieceTable::PieceTable(std::span<const std::pair<std::string_view, std::int32_t>> entries) {
  const std::size_t size = std::bit_ceil(std::max<std::size_t>(entries.size() * 2, 16));
  slots_.resize(size);
  mask_ = size - 1;
  for (const auto& [text, id] : entries) {
    if (text.empty() || text.size() > kMaxBytes) continue;
    std::uint64_t hash = kStart;
    for (const char c : text) hash = step(hash, c);
    hash = spread(hash);
    std::size_t at = hash & mask_;
    while (slots_[at].bytes != 0) at = (at + 1) & mask_;
    slots_[at] = {.tag = static_cast<std::uint32_t>(hash >> 32),
                  .id = id,
                  .offset = static_cast<std::uint32_t>(strings_.size()),
                  .bytes = static_cast<std::uint32_t>(text.size())};
    strings_ += text;
    longest_ = std::max(longest_, text.size());
  }
}

PieceTable::Match PieceTable::longest_prefix(std::string_view text) const {
  const std::size_t longest = std::min(longest_, text.size());
  std::array<std::uint64_t, kMaxBytes> hashes;
  std::uint64_t hash = kStart;
  for (std::size_t i = 0; i < longest; ++i) hashes[i] = hash = step(hash, text[i]);
  for (std::size_t bytes = longest; bytes > 0; --bytes) {
    const std::int32_t id = find(text.substr(0, bytes), hashes[bytes - 1]);
    if (id >= 0) return {bytes, id};
  }
  return {0, -1};
}

std::int32_t PieceTable::find(std::string_view text, std::uint64_t hash) const {
  const std::uint64_t full = spread(hash);
  const auto tag = static_cast<std::uint32_t>(full >> 32);
  for (std::size_t at = full & mask_; slots_[at].bytes != 0; at = (at + 1) & mask_) {
    const Slot& slot = slots_[at];
    if (slot.tag == tag && slot.bytes == text.size() &&
        std::string_view(strings_).substr(slot.offset, slot.bytes) == text) {
      return slot.id;
    }
  }
  return -1;
}

}  // namespace anireco
