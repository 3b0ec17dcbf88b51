#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "catalog/poster_folder.h"

namespace anireco {

/// The posters of one moment. Immutable.
struct PosterSet {
  Posters by_id = {};
  std::uint64_t version = 0;  ///< Of names alone; equal sets have equal versions.
};

/// The fetched posters of a data folder, kept up to date with it: a folder that has changed is read
/// again, at most every two seconds. Thread-safe.
class PosterShelf {
 public:
  /// An empty path: no posters, ever.
  explicit PosterShelf(std::filesystem::path folder = {});

  /// Never null.
  std::shared_ptr<const PosterSet> current() const;

  /// The bytes of a poster of a set. Throws Error{not_found} when it is gone.
  std::string read(const Poster& poster) const;

 private:
  void look() const;

  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const PosterSet> set_;
  mutable std::filesystem::file_time_type changed_{};
  mutable std::chrono::steady_clock::time_point looked_{};
};

}  // namespace anireco
