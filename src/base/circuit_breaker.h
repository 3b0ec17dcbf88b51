#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/error.h"

namespace anireco {

/// Remembers for a moment that another server does not answer, so that not every request waits for
/// it: after a failure all calls are refused at once until `pause` is over, then one call tries.
/// Thread-safe.
/// Source: Nygard, "Release It!", 2nd edition, 2018, section 5.2 (Circuit Breaker).
class CircuitBreaker {
 public:
  /// name: of what is guarded, for people ("PostgreSQL"). pause > 0.
  explicit CircuitBreaker(
      std::string name, std::chrono::milliseconds pause = std::chrono::seconds(1),
      std::shared_ptr<const Clock> clock = std::make_shared<const SystemClock>());

  const std::string& name() const { return name_; }
  /// The last call that ended failed, and none has succeeded since.
  bool open() const;

  /// True when the server may be asked now. While it is thought to be down only one caller gets
  /// true, once a pause; succeeded() or failed() must follow.
  bool allows();
  void succeeded();
  /// why: of the failure that opens it, for the log.
  void failed(std::string_view why = {});

  /// Runs `work` if the server may be asked, else throws Error{unavailable} at once. An
  /// Error{unavailable} out of `work` counts as a failure, anything else shows that it answers.
  template <typename Work>
  auto call(Work&& work) -> decltype(work()) {
    if (!allows()) refuse();
    try {
      auto result = std::forward<Work>(work)();
      succeeded();
      return result;
    } catch (const Error& error) {
      error.kind() == ErrorKind::unavailable ? failed(error.what()) : succeeded();
      throw;
    } catch (...) {
      failed();
      throw;
    }
  }

  /// The same for an engine that must have what it is asked for, and questions known to be sound:
  /// that it is lost (Error{not_found}), answered wrongly (Error{corrupt}) or refused
  /// (Error{invalid_argument}: the key, a right) is a failure too, and comes as Error{unavailable}.
  template <typename Work>
  auto ask(Work&& work) -> decltype(work()) {
    return call([&] { return demand(std::forward<Work>(work)); });
  }

  /// As ask() for work that may ask nobody (what is wanted may be in memory): its success shows
  /// nothing. So it is refused until an ask() of another caller has succeeded.
  template <typename Work>
  auto use(Work&& work) -> decltype(work()) {
    if (open()) refuse();
    try {
      return demand(std::forward<Work>(work));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::unavailable) failed(error.what());
      throw;
    } catch (...) {
      failed();
      throw;
    }
  }

 private:
  template <typename Work>
  static auto demand(Work&& work) -> decltype(work()) {
    try {
      return std::forward<Work>(work)();
    } catch (const Error& error) {
      const bool useless = error.kind() == ErrorKind::not_found ||
                           error.kind() == ErrorKind::corrupt ||
                           error.kind() == ErrorKind::invalid_argument;
      if (!useless) throw;
      throw Error(ErrorKind::unavailable, error.what(), error.context());
    }
  }

  [[noreturn]] void refuse() const;

  const std::string name_;
  const std::chrono::milliseconds pause_;
  const std::shared_ptr<const Clock> clock_;
  mutable std::mutex mutex_;
  std::optional<Clock::Instant> try_again_;  ///< Empty: closed.
};

}  // namespace anireco
