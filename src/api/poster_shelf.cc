#include "api/poster_shelf.h"

#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/hash.h"

namespace anireco {
namespace {

constexpr std::chrono::seconds kLookEvery{2};
constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;

}  // namespace

PosterShelf::PosterShelf(std::filesystem::path folder)
    : folder_(std::move(folder)), set_(std::make_shared<const PosterSet>()) {
  if (!folder_.empty()) look();
}

void PosterShelf::look() const {
  looked_ = std::chrono::steady_clock::now();
  std::error_code error;
  // Asked before the names are read: what comes meanwhile shows at the next look.
  const auto changed = std::filesystem::last_write_time(folder_, error);
  if (error || changed == changed_) return;
  auto set = std::make_shared<PosterSet>();
  set->by_id = list_posters(folder_);
  Xxh3Stream version;
  for (const auto& [id, poster] : set->by_id) version.update(poster_name(poster));
  set->version = version.digest();
  set_ = std::move(set);
  changed_ = changed;
}

std::shared_ptr<const PosterSet> PosterShelf::current() const {
  const std::lock_guard guard(mutex_);
  if (!folder_.empty() && std::chrono::steady_clock::now() - looked_ >= kLookEvery) look();
  return set_;
}

std::string PosterShelf::read(const Poster& poster) const {
  return read_file(folder_ / poster_name(poster), kMostBytes);
}

}  // namespace anireco
