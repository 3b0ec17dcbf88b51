#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace anireco {

/// The container of the postings and the title file (docs/formats.md): a header with magic,
/// version, generation, size and checksum, a table of sections, then the sections at multiples of
/// 64 bytes. Little-endian.
struct SectionFormat {
  std::array<char, 8> magic;
  std::uint32_t version = 0;
  std::uint32_t sections = 0;
  std::string_view name;  ///< For messages: "postings file".
};

/// A whole file in memory, aligned to 8 bytes.
class AlignedBytes {
 public:
  explicit AlignedBytes(std::size_t size) : words_(size / 8 + 1), size_(size) {}
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(words_)).first(size_); }
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(words_)).first(size_); }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t size_;
};

/// Puts the sections together; their number must be format.sections.
AlignedBytes write_sections(const SectionFormat& format, std::uint64_t generation,
                            std::span<const std::span<const std::byte>> sections);

/// The checked sections of a file, borrowed from its bytes.
class SectionReader {
 public:
  /// bytes: aligned to 8, outlive the reader. Throws Error{corrupt} naming what is wrong: magic,
  /// version, size, a section outside the file, checksum.
  SectionReader(const SectionFormat& format, std::span<const std::byte> bytes);

  std::uint64_t generation() const { return generation_; }

  /// A section as an array. Throws Error{corrupt} if its size is no multiple of T's.
  template <typename T>
  std::span<const T> section(std::size_t number) const {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);
    const std::span<const std::byte> bytes = sections_.at(number);
    if (bytes.size() % sizeof(T) != 0) fail("a section has a wrong size");
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }

  /// Throws Error{corrupt} unless `offsets` has count + 1 numbers that rise from 0 to `end`.
  void check_offsets(std::span<const std::uint32_t> offsets, std::size_t count,
                     std::size_t end) const;

  [[noreturn]] void fail(const std::string& what) const;
  void require(bool condition, const char* what) const {
    if (!condition) fail(what);
  }

 private:
  std::string_view name_;
  std::uint64_t generation_ = 0;
  std::vector<std::span<const std::byte>> sections_;
};

}  // namespace anireco
