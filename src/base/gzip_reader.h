#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace anireco {

struct LineReaderOptions {
  std::size_t max_line_bytes = std::size_t{4} << 20;  ///< Longer lines are refused.
  std::stop_token stop = {};  ///< Once stop is requested, next() returns false.
};

/// Streams the lines of a plain or gzip file (told by the first two bytes, not by the name; several
/// gzip members in a row count as one file). Memory stays near the longest line. Not thread-safe.
class LineReader {
 public:
  /// Throws Error{not_found} if the file does not exist, {invalid_argument} for a folder,
  /// {unavailable} if it cannot be read.
  explicit LineReader(const std::filesystem::path& path, LineReaderOptions options = {});
  ~LineReader();
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;

  /// Steps to the next line; false at the end or when stopped. A last line without a line feed
  /// counts; a final line feed opens no further line. A byte order mark opening the file is
  /// dropped. Throws Error{invalid_argument} naming file:line for a line that is too long (the
  /// line is skipped: next() may be called again), Error{corrupt} naming file:line for damaged or
  /// truncated gzip data (nothing more can be read).
  bool next();

  /// The current line without its "\n" or "\r\n"; valid until the next call of next().
  std::string_view line() const;
  /// Number of the current line, from 1; 0 before the first.
  std::uint64_t line_number() const;
  /// True if next() returned false because stop was requested.
  bool stopped() const;
  /// Bytes of the file consumed so far and in all, compressed as they lie: for a progress bar.
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_total() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
