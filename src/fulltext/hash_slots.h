#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace anireco {

/// Open addressing over numbered strings, as it lies in our files: the string numbered n is in the
/// first free slot from xxh3_64(string) mod slots on. A power of two of slots, at least half of
/// them empty.
constexpr std::uint32_t kEmptySlot = 0xFFFFFFFF;

/// strings: random access of string_views, less than 2^30.
template <typename Strings>
std::vector<std::uint32_t> make_hash_slots(const Strings& strings) {
  std::vector<std::uint32_t> slots(std::bit_ceil(strings.size() * 2 + 2), kEmptySlot);
  const std::size_t mask = slots.size() - 1;
  for (std::size_t i = 0; i < strings.size(); ++i) {
    std::size_t at = xxh3_64(std::string_view(strings[i])) & mask;
    while (slots[at] != kEmptySlot) at = (at + 1) & mask;
    slots[at] = static_cast<std::uint32_t>(i);
  }
  return slots;
}

/// Whether find_in_slots is safe and ends: numbers below `count`, and a slot that is empty.
inline bool valid_hash_slots(std::span<const std::uint32_t> slots, std::size_t count) {
  if (!std::has_single_bit(slots.size())) return false;
  bool has_empty = false;
  for (const std::uint32_t slot : slots) {
    if (slot != kEmptySlot && slot >= count) return false;
    has_empty = has_empty || slot == kEmptySlot;
  }
  return has_empty;
}

/// Number of `string`, kEmptySlot if there is none. string_of(number) gives the string of a number.
template <typename StringOf>
std::uint32_t find_in_slots(std::span<const std::uint32_t> slots, std::string_view string,
                            const StringOf& string_of) {
  const std::size_t mask = slots.size() - 1;
  for (std::size_t at = xxh3_64(string) & mask;; at = (at + 1) & mask) {
    if (slots[at] == kEmptySlot || string_of(slots[at]) == string) return slots[at];
  }
}

}  // namespace anireco
