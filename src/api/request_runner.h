#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "api/api.h"

namespace anireco {

struct RequestRunnerOptions {
  std::size_t threads = 0;  ///< Workers; 0: one a core.
  std::size_t max_waiting =
      256;  ///< Accepted requests of either kind beyond one a worker; one more is answered 503.
  /// Once some have waited for so long without a break, no more are taken than `max_standing` and
  /// four a worker: a burst is answered whole, a flood does not make everybody wait.
  std::chrono::milliseconds burst{100};
  std::size_t max_standing = 8;
  /// The same for those whose text has yet to be encoded, which takes longest; two a worker.
  std::chrono::milliseconds burst_encoded{20};
  std::size_t max_standing_encoded = 4;
  /// While more of those come than these places hold: one and a half a worker at least.
  std::size_t max_overloaded_encoded = 2;
  std::size_t waiting_threads = 2;         ///< For answers that wait for other servers.
  std::size_t max_waiting_for_others = 8;  ///< Such answers beside those; one more is answered 503.
};

/// Takes requests through the API without ever blocking its caller: handlers run on a bounded pool
/// of workers, texts are encoded by the scheduler. Requests that wait for the encoder have places
/// of their own, so that a flood of new texts leaves room for all that needs no encoding.
/// Thread-safe.
class RequestRunner {
 public:
  using Done = std::function<void(HttpResponse)>;

  /// The API must outlive the runner.
  explicit RequestRunner(const Api& api, RequestRunnerOptions options = {});
  /// Waits until every accepted request is answered.
  ~RequestRunner();
  RequestRunner(const RequestRunner&) = delete;
  RequestRunner& operator=(const RequestRunner&) = delete;

  /// Api::accept(), counted where it is the answer already. `head` may lack its body.
  std::variant<HttpResponse, Api::Accepted> accept(HttpRequest head);
  /// Runs what was accepted, its body in place. Returns the answer where it is ready at once (503
  /// when all places are taken); otherwise nothing, and `done` is called exactly once, from another
  /// thread, where it must be brief.
  std::optional<HttpResponse> start(Api::Accepted accepted, Done done);

  /// Requests accepted and not answered yet.
  std::size_t in_flight() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace anireco
