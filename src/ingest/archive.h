#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace anireco {

/// Writes a tar file (pax) compressed by zstd; by gzip where its name ends in .gz or .tgz, not at
/// all where it ends in .tar. Nothing is seen under its name until commit(). Not thread-safe.
/// Throws Error{unavailable} (disk full, no permission).
class ArchiveWriter {
 public:
  explicit ArchiveWriter(const std::filesystem::path& path);
  ~ArchiveWriter();
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;

  /// Begins a plain file of exactly `bytes` bytes, which append() then gives.
  void begin_file(const std::string& name, std::uint64_t bytes, std::time_t modified);
  void append(std::string_view bytes);
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads a tar file, plain or compressed by zstd or gzip, from front to back. Not thread-safe.
/// Throws Error{not_found}, {unavailable}, or {corrupt} for anything else than such a file.
class ArchiveReader {
 public:
  explicit ArchiveReader(const std::filesystem::path& path);
  ~ArchiveReader();
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;

  /// Steps to the next entry; false at the end. Links, folders and devices are refused.
  bool next();
  const std::string& name() const;
  /// Reads on in the current entry; 0 at its end.
  std::size_t read(std::span<char> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
