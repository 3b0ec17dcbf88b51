#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "columnar/columnar_abi.h"

namespace anireco {

/// The optional module for Parquet (anireco_parquet.so), loaded when this object is made and never
/// unloaded. Cheap to copy; thread-safe.
class ColumnarLibrary {
 public:
  /// Throws Error{unavailable}, with the command that builds the module, when it is not there or
  /// does not fit this program.
  explicit ColumnarLibrary(const std::filesystem::path& module);
  const AnirecoColumnar& functions() const { return *functions_; }

 private:
  const AnirecoColumnar* functions_ = nullptr;
};

/// Writes rows, JSON objects in the form of columnar_record.h, as one Parquet file. Not
/// thread-safe.
class ColumnarWriter {
 public:
  /// `sink` gets the file's bytes in order and may throw; what it throws comes out of add() and
  /// finish().
  ColumnarWriter(const ColumnarLibrary& library, std::function<void(std::string_view)> sink);
  ~ColumnarWriter();
  ColumnarWriter(const ColumnarWriter&) = delete;
  ColumnarWriter& operator=(const ColumnarWriter&) = delete;

  void add(std::string_view row);
  /// Writes the file's end. Once, last.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads a Parquet file row by row. Not thread-safe.
class ColumnarReader {
 public:
  /// Throws Error{corrupt} naming the file, {invalid_argument} for a type of column that records do
  /// not have, {unavailable}.
  ColumnarReader(const ColumnarLibrary& library, const std::filesystem::path& path);
  ~ColumnarReader();
  ColumnarReader(const ColumnarReader&) = delete;
  ColumnarReader& operator=(const ColumnarReader&) = delete;

  std::uint64_t rows() const;
  /// Steps to the next row; false at the end. Throws as the constructor does; nothing more can be
  /// read then.
  bool next();
  /// A JSON object, valid until the next call of next().
  std::string_view row() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
