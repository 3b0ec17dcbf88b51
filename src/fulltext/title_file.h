#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "catalog/catalog.h"
#include "fulltext/section_file.h"
#include "fulltext/title_keys.h"

namespace anireco {

/// The title file's bytes (docs/formats.md): every key of every name, sorted, and the places where
/// the words of folded names begin. Depends on the catalogue and the generation alone.
AlignedBytes serialise_titles(const Catalog& catalog, std::uint64_t generation);

/// One use of a key by a name.
struct TitleEntry {
  std::uint32_t name = 0;
  bool head = false;
};

/// Half-open range of keys or of word starts.
struct NumberRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t size() const { return end - begin; }
};

/// The checked content of a title file, borrowed from its bytes.
class TitleFileView {
 public:
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;

  /// Checks every length, offset and number, the checksum, and that the file was made of this
  /// catalogue's names; `bytes` must be aligned to 8 and outlive the view. Throws Error{corrupt}.
  TitleFileView(std::span<const std::byte> bytes, const Catalog& catalog);

  std::uint64_t generation() const { return generation_; }

  /// Number of a key; kUnknown if no name has it.
  std::uint32_t find(TitleKeyClass key_class, std::string_view text) const;
  /// Keys of a class; of these, those that begin with `prefix`.
  NumberRange keys(TitleKeyClass key_class) const;
  NumberRange keys_with_prefix(TitleKeyClass key_class, std::string_view prefix) const;
  /// A key without its class.
  std::string_view key(std::uint32_t number) const { return class_and_key(number).substr(1); }

  std::size_t entry_count(std::uint32_t key) const {
    return entry_offsets_[key + 1] - entry_offsets_[key];
  }
  TitleEntry entry(std::uint32_t key, std::size_t i) const {
    const std::uint32_t packed = entries_[entry_offsets_[key] + i];
    return {packed >> 1, (packed & 1) != 0};
  }

  /// Word starts of folded names, sorted by the text from there to the key's end.
  NumberRange words_with_prefix(std::string_view prefix) const;
  std::uint32_t word_key(std::uint32_t word) const { return word_keys_[word]; }
  /// From the word on to the end of its key.
  std::string_view word_text(std::uint32_t word) const;
  bool begins_key(std::uint32_t word) const {
    return word_starts_[word] == key_offsets_[word_keys_[word]] + 1;
  }

  DocId doc(std::uint32_t name) const { return name_docs_[name]; }
  /// The name as the record has it.
  std::string_view text(std::uint32_t name, const Catalog& catalog) const {
    return name_of(catalog[name_docs_[name]], name_numbers_[name]);
  }

 private:
  std::string_view class_and_key(std::uint32_t number) const {
    const std::uint32_t begin = key_offsets_[number];
    return {key_text_.data() + begin, key_offsets_[number + 1] - begin};
  }

  std::uint64_t generation_ = 0;
  std::span<const std::uint32_t> name_docs_;      // [names]
  std::span<const std::uint16_t> name_numbers_;   // [names]
  std::span<const std::uint32_t> key_offsets_;    // [keys + 1]
  std::span<const char> key_text_;                // class byte and key
  std::span<const std::uint32_t> entry_offsets_;  // [keys + 1]
  std::span<const std::uint32_t> entries_;        // name * 2 + head
  std::span<const std::uint32_t> slots_;          // of keys, see hash_slots.h
  std::span<const std::uint32_t> word_starts_;    // into key_text_
  std::span<const std::uint32_t> word_keys_;
};

}  // namespace anireco
