#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

namespace anireco {

/// Shuts sockets whose time is up, so that whoever waits for an answer on them learns that the
/// connection is gone. One thread. Thread-safe.
class SocketWatch {
 private:
  struct Entry {
    int socket = -1;  ///< -1: shut already.
    std::chrono::steady_clock::time_point until = {};
  };

 public:
  /// Watches a socket as long as it lives, which must be shorter than the socket does.
  class Lease {
   public:
    Lease(SocketWatch& watch, int socket, std::chrono::milliseconds limit);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    /// Ends the watch, once, and tells whether the socket was shut.
    bool end();

   private:
    SocketWatch& watch_;
    std::list<Entry>::iterator place_;
    bool watching_ = true;
    bool cut_ = false;
  };

  SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::list<Entry> watched_;
  std::jthread thread_;
};

}  // namespace anireco
