#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace anireco {

/// Helper threads that join a computation of about a millisecond on the calling thread. They sleep
/// between computations. Before they are woken, they are kept off the caller's processor: the
/// scheduler otherwise likes to put a woken thread beside its waker, where it waits for a time
/// slice longer than the whole computation. Thread-safe.
class ScanTeam {
 public:
  /// size counts the caller; 1 (or a machine with one processor) starts no thread.
  explicit ScanTeam(std::size_t size);
  ~ScanTeam();
  ScanTeam(const ScanTeam&) = delete;
  ScanTeam& operator=(const ScanTeam&) = delete;

  /// Calls work(0) ... work(pieces - 1), each once, in any order, on this thread and on helpers;
  /// returns when all are done. While another run goes on, or with help == false, this thread
  /// does everything. `work` must not throw.
  void run(std::size_t pieces, bool help, const std::function<void(std::size_t)>& work);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
