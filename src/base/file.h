#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace anireco {

/// Reads a whole file. Throws Error{not_found} if it does not exist, {invalid_argument} if it is
/// a folder or larger than `max_bytes`, {unavailable} if the system refuses.
std::string read_file(const std::filesystem::path& path,
                      std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max());

/// Replaces a file so that a reader, or a machine that loses power, sees either the old bytes or
/// all the new ones: temporary file in the same folder, fsync, rename, fsync of the folder.
/// Missing folders are made. A link to a file is followed. Throws Error{unavailable} (disk full, no
/// permission), Error{invalid_argument} where something else than a file is; what was there is then
/// untouched. Two writers of one path do not mix their bytes; the last rename wins.
void write_file_atomic(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_file_atomic(const std::filesystem::path& path, std::string_view text);

/// Who may read a new file.
enum class FileReaders {
  umask,  ///< Whom the process's umask allows.
  owner,  ///< Its owner alone, whatever the umask.
};

/// A file written piece by piece with the same promise as write_file_atomic: nothing is seen under
/// `path` until commit() returns; destruction without commit leaves the old file and no rubbish.
/// Not thread-safe.
class AtomicFileWriter {
 public:
  /// Throws Error{unavailable} if the temporary file cannot be made, Error{invalid_argument} where
  /// `path` is something else than a file.
  explicit AtomicFileWriter(std::filesystem::path path, FileReaders readers = FileReaders::umask);
  ~AtomicFileWriter();
  AtomicFileWriter(const AtomicFileWriter&) = delete;
  AtomicFileWriter& operator=(const AtomicFileWriter&) = delete;

  void append(std::span<const std::byte> bytes);
  void append(std::string_view text);
  /// Bytes appended so far.
  std::uint64_t size() const { return size_; }
  /// Overwrites bytes already appended (a header whose checksum is known last).
  /// Throws Error{invalid_argument} if [offset, offset + bytes) reaches beyond size().
  void overwrite(std::uint64_t offset, std::span<const std::byte> bytes);
  /// Makes the file visible and durable. At most once.
  void commit();

 private:
  void flush();

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  std::string buffer_;
  std::uint64_t size_ = 0;
  int descriptor_ = -1;
};

/// A file mapped read-only for the object's life. The bytes stay valid when the file is replaced
/// by rename (as write_file_atomic does); a file shortened in place by someone else would fault.
/// Moving keeps addresses. Thread-safe to read.
class MappedFile {
 public:
  MappedFile() = default;
  /// Throws as read_file does. An empty file gives an empty span.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  /// Asks the system to read the whole file ahead. A hint only.
  void prefetch() const;

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Bytes of a file. Throws Error{not_found} or {unavailable}.
std::uint64_t size_of_file(const std::filesystem::path& path);

/// Removes a file; true if there was one. Throws Error{unavailable} if the system refuses.
bool remove_file(const std::filesystem::path& path);

/// Makes a folder and its parents; an existing one is fine. Throws Error{unavailable}.
void make_folders(const std::filesystem::path& path);

}  // namespace anireco
