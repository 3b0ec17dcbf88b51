#pragma once

#include <pthread.h>

#include <csignal>
#include <thread>

#include "base/log.h"

namespace anireco::app {

/// SIGINT and SIGTERM come to one thread that waits for them; made before any other thread, so that
/// all inherit the block.
class StopSignal {
 public:
  StopSignal() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  ~StopSignal() { end_watch(); }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  template <typename OnStop>
  void watch(OnStop on_stop) {
    thread_ = std::thread([this, on_stop] {
      int signal = 0;
      while (sigwait(&set_, &signal) == 0) {
        if (signal == SIGUSR1) return;
        log_info("signal {}: finishing what is under way", signal);
        on_stop();
      }
    });
  }

  /// No call of `on_stop` runs or begins after this.
  void end_watch() {
    if (!thread_.joinable()) return;
    pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
  }

 private:
  sigset_t set_{};
  std::thread thread_;
};

}  // namespace anireco::app
