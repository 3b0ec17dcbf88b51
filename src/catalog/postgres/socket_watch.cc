#include "catalog/postgres/socket_watch.h"

#include <sys/socket.h>

namespace anireco {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLookEvery = std::chrono::milliseconds(50);

}  // namespace

SocketWatch::SocketWatch() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

SocketWatch::Lease::Lease(SocketWatch& watch, int socket, std::chrono::milliseconds limit)
    : watch_(watch) {
  const std::lock_guard guard(watch_.mutex_);
  place_ = watch_.watched_.insert(watch_.watched_.end(),
                                  {.socket = socket, .until = Clock::now() + limit});
  if (watch_.watched_.size() == 1) watch_.woken_.notify_one();
}

SocketWatch::Lease::~Lease() { end(); }

bool SocketWatch::Lease::end() {
  if (!watching_) return cut_;
  const std::lock_guard guard(watch_.mutex_);
  cut_ = place_->socket < 0;
  watch_.watched_.erase(place_);
  watching_ = false;
  return cut_;
}

void SocketWatch::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (woken_.wait(lock, stop, [this] { return !watched_.empty(); })) {
    for (Entry& entry : watched_) {
      if (entry.socket < 0 || Clock::now() < entry.until) continue;
      ::shutdown(entry.socket, SHUT_RDWR);
      entry.socket = -1;
    }
    woken_.wait_for(lock, stop, kLookEvery, [] { return false; });
  }
}

}  // namespace anireco
