#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace anireco {

/// A few threads that compute one thing together in many short steps, with a barrier of well under
/// a microsecond between steps. Between runs they sleep; within a run they spin, so a run should
/// last milliseconds at most.
class ThreadTeam {
 public:
  /// size >= 1 counts the caller of run(); size - 1 threads are started.
  explicit ThreadTeam(size_t size);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  size_t size() const;

  /// Wakes the other members ahead of a run() that follows within microseconds. A hint;
  /// thread-safe.
  void prepare();

  /// Calls body(i) for i in [0, size) at the same time, body(0) on this thread, and returns when
  /// all have returned. If one throws, barriers let the others go by throwing too, and the first
  /// exception is thrown again here. One run at a time; not reentrant.
  void run(const std::function<void(size_t)>& body);

  /// Inside run only: returns when all members have called it; what they wrote before is then seen
  /// by all.
  void barrier();

 private:
  class State;
  std::unique_ptr<State> state_;
};

/// The part of [0, n) that belongs to `member` of `members`, as even as whole `unit`s allow.
struct Share {
  size_t begin = 0;
  size_t end = 0;
};
Share share_of(size_t n, size_t member, size_t members, size_t unit = 1);

}  // namespace anireco
