#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anireco {

/// A fixed set of strings with ids that finds the longest one a text begins with: the hashes of all
/// prefixes come from one pass over the text, then the longest prefix is looked up first.
/// Immutable after construction, thread-safe.
class PieceTable {
 public:
  struct Match {
    std::size_t bytes;  ///< 0: no string of the set begins the text.
    std::int32_t id;
  };

  PieceTable() = default;
  /// Entries must have unique strings; empty ones are ignored.
  explicit PieceTable(std::span<const std::pair<std::string_view, std::int32_t>> entries);

  Match longest_prefix(std::string_view text) const;

  /// visit(bytes, id) for each string of the set that the text begins with, the shortest first.
  template <typename Visit>
  void for_each_prefix(std::string_view text, Visit visit) const {
    std::uint64_t hash = kStart;
    for (std::size_t bytes = 1; bytes <= std::min(longest_, text.size()); ++bytes) {
      hash = step(hash, text[bytes - 1]);
      if (const std::int32_t id = find(text.substr(0, bytes), hash); id >= 0) visit(bytes, id);
    }
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::int32_t id = -1;
    std::uint32_t offset = 0;
    std::uint32_t bytes = 0;  ///< 0: free.
  };

  // FNV-1a: the hash of a prefix is a step of the hash of the whole.
  static constexpr std::uint64_t kStart = 0xcbf29ce484222325ULL;
  static std::uint64_t step(std::uint64_t hash, char c) {
    return (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  /// The id of a string with that hash; -1 where the set has it not.
  std::int32_t find(std::string_view text, std::uint64_t hash) const;

  std::vector<Slot> slots_;
  std::string strings_;
  std::size_t mask_ = 0;
  std::size_t longest_ = 0;
};

}  // namespace anireco
