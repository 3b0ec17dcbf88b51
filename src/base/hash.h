#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace anireco {

/// SHA-256 of a stream of bytes. Not thread-safe; one object a stream.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::span<const std::byte> bytes);
  void update(std::string_view text);
  /// 64 lower-case hexadecimal digits. The object starts afresh afterwards.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
/// Of a file's bytes, read in pieces. Throws Error{not_found, unavailable}.
std::string sha256_file_hex(const std::filesystem::path& path);

/// True if both are equal. Takes the same time wherever they differ; their lengths are no secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// XXH3, 64 bits: the checksum of our own files and the hash of contents. Not for secrets.
/// Stable over machines and releases. Source: xxHash specification, XXH3_64bits.
std::uint64_t xxh3_64(std::span<const std::byte> bytes, std::uint64_t seed = 0);
std::uint64_t xxh3_64(std::string_view text, std::uint64_t seed = 0);

/// XXH3 of bytes that come in pieces: equals xxh3_64 of their concatenation. Not thread-safe.
class Xxh3Stream {
 public:
  Xxh3Stream();
  ~Xxh3Stream();
  Xxh3Stream(Xxh3Stream&&) noexcept;
  Xxh3Stream& operator=(Xxh3Stream&&) noexcept;

  void update(std::span<const std::byte> bytes);
  void update(std::string_view text);
  /// Of all bytes so far; updating may go on.
  std::uint64_t digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
