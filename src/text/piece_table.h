#pragma once

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

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::int32_t id = -1;
    std::uint32_t offset = 0;
    std::uint32_t bytes = 0;  ///< 0: free.
  };

  std::vector<Slot> slots_;
  std::string strings_;
  std::size_t mask_ = 0;
  std::size_t longest_ = 0;
};

}  // namespace anireco
