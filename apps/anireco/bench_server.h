#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "settings.h"

namespace anireco::app {

/// `anireco serve` as a child process on a free port of the loopback, for the life of the object.
class BenchServer {
 public:
  /// Starts it over the settings' data folder and waits until it is ready, the encoder included.
  /// Throws Error{unavailable} when it is not within half a minute.
  explicit BenchServer(const Settings& settings);
  ~BenchServer();
  BenchServer(const BenchServer&) = delete;
  BenchServer& operator=(const BenchServer&) = delete;

  /// "http://127.0.0.1:40123"
  const std::string& address() const { return address_; }
  /// The address of a search for a text.
  std::string search_url(const std::string& text) const;
  /// Mebibytes of memory that is its own (anonymous), without mapped files.
  double memory_mib() const;

 private:
  void read_address();
  void wait_until_ready() const;

  pid_t pid_ = -1;
  int output_ = -1;
  std::string address_;
};

}  // namespace anireco::app
