#include "catalog/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.h"
#include "catalog/lock_holder.h"

namespace anireco {
namespace {

class FileLock final : public WriterLock {
 public:
  FileLock(int descriptor, bool exclusive) : descriptor_(descriptor), exclusive_(exclusive) {}
  ~FileLock() override {
    // An empty file names nobody; closing gives the lock back. Others may still share it.
    if (exclusive_) static_cast<void>(::ftruncate(descriptor_, 0));
    ::close(descriptor_);
  }

 private:
  int descriptor_;
  bool exclusive_;
};

std::string holder(int descriptor) {
  std::array<char, 400> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  std::string out = size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "";
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

}  // namespace

std::unique_ptr<WriterLock> lock_file(const std::filesystem::path& path, LockKind kind) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    throw Error(ErrorKind::unavailable, "the data folder cannot be written",
                path.string() + ": " + std::strerror(errno));
  }
  if (::flock(descriptor, (kind == LockKind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
    const std::string who = holder(descriptor);
    ::close(descriptor);
    throw_locked_by(who);
  }
  auto lock = std::make_unique<FileLock>(descriptor, kind == LockKind::exclusive);
  const std::string self = describe_lock_holder() + "\n";
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, self.data(), self.size(), 0) != static_cast<ssize_t>(self.size())) {
    throw Error(ErrorKind::unavailable, "the data folder cannot be written", std::strerror(errno));
  }
  return lock;
}

}  // namespace anireco
