#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "fulltext/bm25f_index.h"
#include "fulltext/section_file.h"

namespace anireco {

/// The lists of a postings file before they are written.
struct PostingsData {
  Bm25fOptions options;
  std::uint64_t generation = 0;
  std::uint32_t documents = 0;
  std::vector<std::string> terms;           ///< Ascending by bytes, unique.
  std::vector<std::uint32_t> list_offsets;  ///< [terms + 1] into the three below.
  std::vector<std::uint32_t> docs;          ///< Ascending within a term.
  std::vector<std::uint16_t> impacts;       ///< tf / (k1 + tf) of 65,535, at least 1.
  std::vector<std::uint8_t> fields;         ///< Bit TextField where the term stands, not 0.
};

/// The whole file (docs/formats.md).
AlignedBytes serialise_postings(const PostingsData& data);

/// One term's list. The spans have the same length.
struct PostingsList {
  std::span<const std::uint32_t> docs;
  std::span<const std::uint16_t> impacts;
  std::span<const std::uint8_t> fields;
};

/// The checked content of a postings file, borrowed from its bytes.
class PostingsView {
 public:
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;

  /// Checks every length, offset, number and the checksum; `bytes` must be aligned to 8 and outlive
  /// the view. Throws Error{corrupt} naming what is wrong, also for a newer version of the format.
  explicit PostingsView(std::span<const std::byte> bytes);

  const Bm25fOptions& options() const { return options_; }
  std::uint64_t generation() const { return generation_; }
  std::size_t documents() const { return documents_; }
  std::size_t terms() const { return list_offsets_.size() - 1; }
  std::string_view term(std::uint32_t number) const;
  /// Number of a term; kUnknown if it is in no document.
  std::uint32_t find(std::string_view term) const;
  PostingsList list(std::uint32_t number) const;

 private:
  Bm25fOptions options_;
  std::uint64_t generation_ = 0;
  std::size_t documents_ = 0;
  std::span<const std::uint32_t> term_offsets_;  // [terms + 1]
  std::span<const char> term_text_;
  std::span<const std::uint32_t> list_offsets_;  // [terms + 1]
  std::span<const std::uint32_t> slots_;         // open addressing by xxh3_64, a power of two
  std::span<const std::uint32_t> docs_;
  std::span<const std::uint16_t> impacts_;
  std::span<const std::uint8_t> fields_;
};

}  // namespace anireco
