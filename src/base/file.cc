#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace anireco {
namespace {

constexpr std::size_t kWriteBuffer = std::size_t{1} << 20;

[[noreturn]] void throw_system(const std::filesystem::path& path, std::string_view action) {
  const int code = errno;
  const std::string reason = std::generic_category().message(code);
  const ErrorKind kind = code == ENOENT || code == ENOTDIR ? ErrorKind::not_found
                         : code == EISDIR                  ? ErrorKind::invalid_argument
                                                           : ErrorKind::unavailable;
  throw Error(kind, fmt::format("cannot {} {}: {}", action, path.filename().string(), reason),
              path.string());
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

std::uint64_t size_of_regular(int descriptor, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) throw_system(path, "read");
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    throw_system(path, "read");
  }
  return static_cast<std::uint64_t>(status.st_size);
}

void write_all(int descriptor, const char* data, std::size_t size,
               const std::filesystem::path& path) {
  while (size > 0) {
    const ssize_t written = ::write(descriptor, data, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_system(path, "write");
    }
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) throw_system(folder, "sync");
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

/// Where a link leads, which need not exist.
std::filesystem::path behind_links(std::filesystem::path path) {
  constexpr int kMostLinks = 40;
  std::error_code error;
  for (int links = 0; std::filesystem::is_symlink(path, error); ++links) {
    const std::filesystem::path target = std::filesystem::read_symlink(path, error);
    if (error || links == kMostLinks) {
      throw Error(ErrorKind::unavailable, "cannot follow a link", path.string());
    }
    path = folder_of(path) / target;
  }
  return path;
}

}  // namespace

std::string read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) throw_system(path, "read");
  const std::uint64_t expected = size_of_regular(descriptor.get(), path);
  std::string bytes;
  if (expected <= max_bytes) bytes.reserve(static_cast<std::size_t>(expected));
  // Read to the end instead of trusting the size: /proc and pipes report 0.
  std::size_t used = 0;
  while (used <= max_bytes) {
    const std::size_t wanted =
        std::max<std::size_t>(std::size_t{1} << 16, bytes.capacity() - used + 1);
    bytes.resize(used + wanted);
    const ssize_t got = ::read(descriptor.get(), bytes.data() + used, wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_system(path, "read");
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  if (used > max_bytes) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("{} is larger than {} bytes", path.filename().string(), max_bytes),
                path.string());
  }
  bytes.resize(used);
  return bytes;
}

void write_file_atomic(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  AtomicFileWriter writer(path);
  writer.append(bytes);
  writer.commit();
}

void write_file_atomic(const std::filesystem::path& path, std::string_view text) {
  write_file_atomic(path, std::as_bytes(std::span(text)));
}

AtomicFileWriter::AtomicFileWriter(std::filesystem::path path, FileReaders readers)
    : path_(behind_links(std::move(path))) {
  std::error_code error;
  const std::filesystem::file_status found = std::filesystem::status(path_, error);
  if (std::filesystem::exists(found) && !std::filesystem::is_regular_file(found)) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("cannot write {}: it is no file", path_.filename().string()),
                path_.string());
  }
  make_folders(folder_of(path_));
  const mode_t mode = readers == FileReaders::owner ? 0600 : 0666;
  std::random_device random;
  do {
    temporary_ = path_;
    temporary_ += fmt::format(".tmp.{:08x}", random());
    descriptor_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) throw_system(path_, "write");
}

AtomicFileWriter::~AtomicFileWriter() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void AtomicFileWriter::append(std::span<const std::byte> bytes) {
  append(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void AtomicFileWriter::append(std::string_view text) {
  if (descriptor_ < 0) throw Error(ErrorKind::internal, "append after commit", path_.string());
  if (text.size() >= kWriteBuffer) {
    flush();
    write_all(descriptor_, text.data(), text.size(), path_);
  } else {
    buffer_ += text;
    if (buffer_.size() >= kWriteBuffer) flush();
  }
  size_ += text.size();
}

void AtomicFileWriter::flush() {
  write_all(descriptor_, buffer_.data(), buffer_.size(), path_);
  buffer_.clear();
}

void AtomicFileWriter::overwrite(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (descriptor_ < 0) throw Error(ErrorKind::internal, "overwrite after commit", path_.string());
  if (offset > size_ || bytes.size() > size_ - offset) {
    throw Error(ErrorKind::invalid_argument, "overwrite reaches beyond the end", path_.string());
  }
  flush();
  const std::byte* data = bytes.data();
  std::size_t left = bytes.size();
  while (left > 0) {
    const ssize_t written = ::pwrite(descriptor_, data, left, static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_system(path_, "write");
    }
    data += written;
    left -= static_cast<std::size_t>(written);
    offset += static_cast<std::uint64_t>(written);
  }
}

void AtomicFileWriter::commit() {
  if (descriptor_ < 0) throw Error(ErrorKind::internal, "commit twice", path_.string());
  flush();
  if (::fsync(descriptor_) != 0) throw_system(path_, "write");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw_system(path_, "replace");
  ::close(descriptor_);
  descriptor_ = -1;
  sync_folder(folder_of(path_));
}

MappedFile::MappedFile(const std::filesystem::path& path) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) throw_system(path, "map");
  size_ = static_cast<std::size_t>(size_of_regular(descriptor.get(), path));
  if (size_ == 0) return;
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor.get(), 0);
  if (address == MAP_FAILED) {
    size_ = 0;
    throw_system(path, "map");
  }
  data_ = static_cast<const std::byte*>(address);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::prefetch() const {
  if (data_ != nullptr) ::madvise(const_cast<std::byte*>(data_), size_, MADV_WILLNEED);
}

std::uint64_t size_of_file(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) throw_system(path, "read");
  return static_cast<std::uint64_t>(status.st_size);
}

bool remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT) return false;
  throw_system(path, "remove");
}

void make_folders(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error && !std::filesystem::is_directory(path)) {
    throw Error(ErrorKind::unavailable,
                fmt::format("cannot make folder {}: {}", path.filename().string(), error.message()),
                path.string());
  }
}

}  // namespace anireco
