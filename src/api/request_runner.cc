#include "api/request_runner.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/problem.h"
#include "base/thread_pool.h"

namespace anireco {
namespace {

using Clock = std::chrono::steady_clock;

/// Methods as figures count them: few, whatever clients send.
std::string_view known_method(std::string_view method) {
  for (const std::string_view known :
       {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (method == known) return known;
  }
  return "other";
}

ThreadPoolOptions pool_options(std::size_t threads, std::size_t max_waiting) {
  // A request comes through the pool twice when its text is encoded in between; the second time
  // it must find a place.
  return {.threads = threads, .max_queue = 2 * (threads + max_waiting), .name = "http-worker"};
}

std::size_t thread_count(std::size_t asked) {
  return asked != 0 ? asked : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace

struct RequestRunner::State {
  State(const Api& served, const RequestRunnerOptions& options)
      : api(served),
        max_in_flight(thread_count(options.threads) + options.max_waiting),
        waiting({.threads = options.waiting_threads,
                 .max_queue = options.max_waiting_for_others,
                 .name = "http-waiting"}),
        pool(pool_options(thread_count(options.threads), options.max_waiting)) {}

  /// A request between its acceptance and its answer.
  struct Job {
    Api::Accepted accepted;
    Done done;
    std::string method;
    Clock::time_point start;
  };

  const Api& api;
  const std::size_t max_in_flight;
  mutable std::mutex mutex;
  std::condition_variable answered;
  std::size_t in_flight = 0;
  ThreadPool waiting;
  ThreadPool pool;

  bool take_place() {
    const std::lock_guard lock(mutex);
    if (in_flight >= max_in_flight) return false;
    ++in_flight;
    return true;
  }

  void give_place_back() {
    const std::lock_guard lock(mutex);
    --in_flight;
    answered.notify_all();
  }

  void record(const std::string& method, const HttpResponse& response, Clock::time_point start) {
    const std::string_view route =
        response.route.empty() ? "none" : std::string_view(response.route);
    api.services().metrics.record(
        {.route = route,
         .method = known_method(method),
         .status = response.status,
         .seconds = std::chrono::duration<double>(Clock::now() - start).count(),
         .bytes = response.head_only ? 0 : response.body_size()});
  }

  void complete(const Job& job, HttpResponse response) {
    record(job.method, response, job.start);
    job.done(std::move(response));
    give_place_back();
  }

  void complete_with_vector(const Job& job, const NeedsVector& pending,
                            const EncodeResult& result) {
    std::optional<std::span<const float>> vector;
    if (result.ok()) vector = *result.vector;
    complete(job, api.answer(job.accepted, pending, vector,
                             vector ? Degraded::no : Degraded::encoder_busy));
  }

  void run(const std::shared_ptr<Job>& job) {
    Outcome outcome = api.run(job->accepted);
    if (auto* response = std::get_if<HttpResponse>(&outcome)) {
      complete(*job, std::move(*response));
      return;
    }
    if (auto* needs = std::get_if<NeedsWaiting>(&outcome)) {
      wait_for_another(job, std::make_shared<const NeedsWaiting>(std::move(*needs)));
      return;
    }
    const auto pending =
        std::make_shared<const NeedsVector>(std::get<NeedsVector>(std::move(outcome)));
    const auto encoder = api.services().encoder.encoder();
    const auto worker = std::this_thread::get_id();
    const bool queued = encoder && encoder->submit(pending->text, [this, job, pending,
                                                                   worker](EncodeResult result) {
      // A vector that is remembered comes before submit() returns, in this very worker.
      if (std::this_thread::get_id() == worker) {
        complete_with_vector(*job, *pending, result);
        return;
      }
      const bool placed = pool.try_submit([this, job, pending, result = std::move(result)] {
        complete_with_vector(*job, *pending, result);
      });
      if (!placed) complete(*job, overloaded(job->accepted.call->request));
    });
    if (!queued) complete_with_vector(*job, *pending, EncodeResult{});
  }

  void wait_for_another(const std::shared_ptr<Job>& job,
                        const std::shared_ptr<const NeedsWaiting>& pending) {
    const bool placed = waiting.try_submit(
        [this, job, pending] { complete(*job, api.answer(job->accepted, *pending)); });
    if (!placed) complete(*job, overloaded(job->accepted.call->request));
  }

  HttpResponse overloaded(const HttpRequest& request) const {
    return api.refuse(request, unavailable("too many requests wait already"));
  }
};

RequestRunner::RequestRunner(const Api& api, RequestRunnerOptions options)
    : state_(std::make_unique<State>(api, options)) {}

RequestRunner::~RequestRunner() {
  std::unique_lock lock(state_->mutex);
  state_->answered.wait(lock, [this] { return state_->in_flight == 0; });
}

std::size_t RequestRunner::in_flight() const {
  const std::lock_guard lock(state_->mutex);
  return state_->in_flight;
}

std::optional<HttpResponse> RequestRunner::start(HttpRequest request, Done done) {
  const auto start = Clock::now();
  const std::string method = request.method;
  auto accepted = state_->api.accept(std::move(request));
  if (auto* response = std::get_if<HttpResponse>(&accepted)) {
    state_->record(method, *response, start);
    return std::move(*response);
  }
  auto job = std::make_shared<State::Job>(
      State::Job{std::get<Api::Accepted>(std::move(accepted)), std::move(done), method, start});
  const bool placed = state_->take_place();
  if (placed && state_->pool.try_submit([state = state_.get(), job] { state->run(job); })) {
    return std::nullopt;
  }
  if (placed) state_->give_place_back();
  HttpResponse response = state_->overloaded(job->accepted.call->request);
  response.route = job->accepted.route->path;
  state_->record(method, response, start);
  return response;
}

}  // namespace anireco
