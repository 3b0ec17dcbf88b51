#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tensor/bfloat16.h"

namespace anireco {

/// What a vector file says of itself.
struct VectorFileInfo {
  std::string model_fingerprint;  ///< Of the encoder that made every vector; not empty.
  std::size_t dimension = 0;      ///< 1 to kMaxDimension.
  std::uint64_t generation = 0;   ///< The published generation that it belongs to.

  static constexpr std::size_t kMaxDimension = 4096;
};

/// Writes a vector file (docs/formats.md) document by document; nothing is seen under the path
/// before commit(). Memory: the int8 form of what was added (dimension bytes a row). The bytes
/// depend on the input alone. Not thread-safe.
class VectorFileWriter {
 public:
  /// Throws Error{invalid_argument} for a dimension out of range or an empty fingerprint,
  /// Error{unavailable} if the file cannot be made.
  VectorFileWriter(std::filesystem::path path, VectorFileInfo info);
  ~VectorFileWriter();
  VectorFileWriter(VectorFileWriter&&) noexcept;

  /// Appends the next document, DocIds from 0: its own vector, [dimension] or empty for none, and
  /// its windows, [n, dimension] row-major; a document without a vector has no windows. Values are
  /// bfloat16 bits of L2-normalised vectors. Throws Error{invalid_argument} for another size, a
  /// value that is not finite or beyond [-2, 2], or windows without a vector.
  void add(std::span<const std::uint16_t> document, std::span<const std::uint16_t> windows);

  /// Documents added so far.
  std::size_t size() const;

  /// Makes the file visible and durable. Once. Throws Error{unavailable} (disk full).
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The checked content of a vector file, borrowed from its bytes. Rows of one document are
/// contiguous: its own vector first, then its windows.
struct VectorFileView {
  VectorFileInfo info;
  std::size_t documents = 0;
  std::size_t rows = 0;
  const bfloat16* exact = nullptr;           ///< [rows, dimension]
  const std::int8_t* quantised = nullptr;    ///< [rows, dimension]
  std::span<const float> scales;             ///< [rows], exact ~ scale * quantised.
  std::span<const float> errors;             ///< [rows], L2 norm of exact - scale * quantised.
  std::span<const std::uint32_t> first_row;  ///< [documents + 1], ascending from 0 to rows.
};

/// Checks every length, offset, number and the checksum; `bytes` must be aligned to 8 and outlive
/// the view. Throws Error{corrupt} naming what is wrong, also for a newer version of the format.
VectorFileView parse_vector_file(std::span<const std::byte> bytes);

}  // namespace anireco
