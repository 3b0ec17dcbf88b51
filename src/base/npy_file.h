#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "base/file.h"

namespace anireco {

/// What stands before the values in a NumPy file of little-endian floats, [rows, columns] in C
/// order; a multiple of 64 bytes. Source: NumPy Enhancement Proposal 1, format 1.0.
std::string npy_header(std::size_t rows, std::size_t columns);

/// A NumPy file of float32, [rows, columns] in C order, mapped. Thread-safe to read.
class NpyFile {
 public:
  /// Reads formats 1.0 to 3.0. Throws as read_file does, and Error{corrupt} naming the file for
  /// anything that is no such array: other types, Fortran order, another number of dimensions, a
  /// size that does not fit the shape.
  explicit NpyFile(const std::filesystem::path& path);

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  /// Copies a row out. `out` is [columns]; row < rows().
  void read_row(std::size_t row, std::span<float> out) const;

 private:
  MappedFile file_;
  std::size_t begin_ = 0;
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
};

}  // namespace anireco
