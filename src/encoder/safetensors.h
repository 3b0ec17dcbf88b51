#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace anireco {

/// Number types of the safetensors format that have a fixed size in bytes.
enum class TensorType { boolean, u8, i8, u16, i16, u32, i32, u64, i64, f16, bf16, f32, f64 };

/// One tensor of a file; the bytes belong to the file.
struct TensorView {
  TensorType type = TensorType::f32;
  std::vector<uint64_t> shape;  ///< Row-major; empty for a scalar.
  std::span<const std::byte> bytes;

  uint64_t elements() const;
  /// The numbers where they lie, if they are float and aligned, else an empty span.
  std::span<const float> mapped_floats() const;
  /// A copy as float. Throws Error{corrupt} unless the type is f16, bf16, f32 or f64.
  std::vector<float> to_floats() const;
};

/// A safetensors file: 8 bytes little-endian header length, a JSON header, the tensors. The whole
/// header is checked when it is read: sizes, offsets and shapes against each other and the file,
/// overlaps and holes, number types, duplicate names. Memory used is bounded by the size of the
/// file. Immutable; thread-safe. Format: https://github.com/huggingface/safetensors#format
class Safetensors {
 public:
  static constexpr uint64_t kMaxHeaderBytes = 100'000'000;

  /// Maps a file. Throws Error{not_found}, Error{corrupt} naming what is wrong.
  static Safetensors open(const std::filesystem::path& path);
  /// Reads from memory, which must outlive the object. Throws Error{corrupt}.
  static Safetensors parse(std::span<const std::byte> bytes);

  bool contains(std::string_view name) const;
  /// Throws Error{corrupt} if there is no such tensor, or its shape differs from `shape`.
  const TensorView& at(std::string_view name, std::span<const uint64_t> shape) const;
  const std::map<std::string, TensorView, std::less<>>& tensors() const { return tensors_; }
  /// Gives the memory of pages read so far back to the system; a page that is touched again comes
  /// back from the system's cache or the disk. For an opened file only.
  void release_pages() const;
  /// The whole file.
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  Safetensors() = default;

  MappedFile file_;
  std::span<const std::byte> bytes_;
  std::map<std::string, TensorView, std::less<>> tensors_;
};

}  // namespace anireco
