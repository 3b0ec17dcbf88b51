#include "ingest/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/core.h>

#include <exception>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/file.h"

namespace anireco {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16;
constexpr unsigned kMode = 0600;  // The settings file and lists concern nobody else.

struct EntryFree {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

std::string reason(archive* handle) {
  const char* text = archive_error_string(handle);
  return text == nullptr ? "" : text;
}

}  // namespace

struct ArchiveWriter::State {
  explicit State(const std::filesystem::path& path) : file(path, FileReaders::owner) {}
  AtomicFileWriter file;
  archive* handle = archive_write_new();
  std::exception_ptr failure = nullptr;

  // Freeing writes what is left; the file, not committed, goes away with it.
  ~State() { archive_write_free(handle); }

  void check(la_ssize_t code) {
    if (failure) std::rethrow_exception(failure);
    if (code < ARCHIVE_OK) {
      throw Error(ErrorKind::unavailable, "the backup cannot be written", reason(handle));
    }
  }

  static la_ssize_t take(archive*, void* user, const void* bytes, std::size_t size) {
    auto& self = *static_cast<State*>(user);
    if (self.failure) return -1;
    try {
      self.file.append(std::string_view(static_cast<const char*>(bytes), size));
      return static_cast<la_ssize_t>(size);
    } catch (...) {
      self.failure = std::current_exception();
      return -1;
    }
  }
};

ArchiveWriter::ArchiveWriter(const std::filesystem::path& path)
    : state_(std::make_unique<State>(path)) {
  State& s = *state_;
  const std::string extension = path.extension().string();
  s.check(archive_write_set_format_pax_restricted(s.handle));
  if (extension == ".gz" || extension == ".tgz") {
    s.check(archive_write_add_filter_gzip(s.handle));
    s.check(archive_write_set_filter_option(s.handle, "gzip", "timestamp", nullptr));
  } else if (extension != ".tar") {
    s.check(archive_write_add_filter_zstd(s.handle));
  }
  // No padding to whole blocks: zeros behind a compressed stream are damage to those who read it.
  s.check(archive_write_set_bytes_in_last_block(s.handle, 1));
  s.check(archive_write_open(s.handle, &s, nullptr, &State::take, nullptr));
}

ArchiveWriter::~ArchiveWriter() = default;

void ArchiveWriter::begin_file(const std::string& name, std::uint64_t bytes, std::time_t modified) {
  const std::unique_ptr<archive_entry, EntryFree> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), kMode);
  archive_entry_set_mtime(entry.get(), modified, 0);
  state_->check(archive_write_header(state_->handle, entry.get()));
}

void ArchiveWriter::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const la_ssize_t written = archive_write_data(state_->handle, bytes.data(), bytes.size());
    state_->check(written);
    if (written == 0) {
      throw Error(ErrorKind::internal, "a backed-up file grew while it was written");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void ArchiveWriter::commit() {
  state_->check(archive_write_close(state_->handle));
  state_->file.commit();
}

struct ArchiveReader::State {
  std::string file;
  archive* handle = archive_read_new();
  std::string name = {};

  ~State() { archive_read_free(handle); }

  [[noreturn]] void fail() const {
    throw Error(ErrorKind::corrupt, fmt::format("{}: is no whole backup", file), reason(handle));
  }
};

ArchiveReader::ArchiveReader(const std::filesystem::path& path)
    : state_(new State{.file = path.filename().string()}) {
  static_cast<void>(size_of_file(path));
  archive* handle = state_->handle;
  archive_read_support_format_tar(handle);
  archive_read_support_filter_zstd(handle);
  archive_read_support_filter_gzip(handle);
  if (archive_read_open_filename(handle, path.c_str(), kBlock) != ARCHIVE_OK) state_->fail();
}

ArchiveReader::~ArchiveReader() = default;

bool ArchiveReader::next() {
  archive_entry* entry = nullptr;
  const int code = archive_read_next_header(state_->handle, &entry);
  if (code == ARCHIVE_EOF) return false;
  if (code != ARCHIVE_OK) state_->fail();
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr || archive_entry_filetype(entry) != AE_IFREG ||
      archive_entry_hardlink(entry) != nullptr) {
    throw Error(ErrorKind::corrupt,
                fmt::format("{}: holds something else than files", state_->file));
  }
  state_->name = name;
  return true;
}

const std::string& ArchiveReader::name() const { return state_->name; }

std::size_t ArchiveReader::read(std::span<char> out) {
  const la_ssize_t size = archive_read_data(state_->handle, out.data(), out.size());
  if (size < 0) state_->fail();
  return static_cast<std::size_t>(size);
}

}  // namespace anireco
