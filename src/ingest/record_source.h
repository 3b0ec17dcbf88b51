#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string_view>

namespace anireco {

/// Records of one file, one line of JSON each, whatever the file's form. Not thread-safe.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  RecordSource() = default;
  RecordSource(const RecordSource&) = delete;
  RecordSource& operator=(const RecordSource&) = delete;

  /// Steps to the next record; false at the end or when stopped. Throws Error{invalid_argument} for
  /// one that cannot be taken (next() may be called again), Error{corrupt} when nothing more can be
  /// read.
  virtual bool next() = 0;
  /// Valid until the next call of next().
  virtual std::string_view line() const = 0;
  /// Of the current record in its file, from 1.
  virtual std::uint64_t line_number() const = 0;
  virtual bool stopped() const = 0;
  /// Bytes of the file, for a progress bar.
  virtual std::uint64_t bytes_read() const = 0;
  virtual std::uint64_t bytes_total() const = 0;
};

struct RecordSourceOptions {
  std::stop_token stop = {};
  std::filesystem::path columnar_module = {};  ///< For Parquet files (columnar_library.h).
};

/// Opens a file: Parquet by its first bytes, else JSON lines, plain or .gz. Throws
/// Error{not_found}, {invalid_argument} (a folder), {unavailable} (no module for Parquet),
/// {corrupt}.
std::unique_ptr<RecordSource> open_record_source(const std::filesystem::path& path,
                                                 const RecordSourceOptions& options);

}  // namespace anireco
