#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace anireco {

/// One file of the page, ready to send.
struct StaticFile {
  std::string content_type;
  std::string etag;
  std::shared_ptr<const std::string> bytes;
  std::shared_ptr<const std::string> gzipped;  ///< Null where it would not be smaller.
  bool immutable = false;                      ///< Its name holds a hash of its content.
};

/// The built page, read whole into memory when it is made: a request only looks a path up and can
/// never reach another file. Immutable; thread-safe.
class StaticFiles {
 public:
  StaticFiles() = default;
  /// Reads every plain file below `folder`, hidden ones and links apart; a missing folder gives
  /// none. Throws Error{invalid_argument} when it holds more than 64 MiB, and as read_file does.
  explicit StaticFiles(const std::filesystem::path& folder);

  /// path: "/assets/app-4f3a.js". Null if there is none.
  const StaticFile* find(std::string_view path) const;
  /// The page itself, /index.html; null if it is not built.
  const StaticFile* index() const { return find("/index.html"); }
  std::size_t size() const { return files_.size(); }

 private:
  std::map<std::string, StaticFile, std::less<>> files_;
};

}  // namespace anireco
