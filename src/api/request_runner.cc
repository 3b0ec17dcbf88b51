#include "api/request_runner.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "api/admission.h"
#include "api/problem.h"
#include "base/thread_pool.h"

namespace anireco {
namespace {

using SteadyClock = std::chrono::steady_clock;

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

AdmissionOptions admission_options(std::size_t threads, const RequestRunnerOptions& options) {
  const std::size_t most = threads + options.max_waiting;
  return {.workers = threads,
          .max_burst = most,
          .max_standing = std::min(most, std::max(options.max_standing, 4 * threads)),
          .burst = options.burst};
}

std::size_t thread_count(std::size_t asked) {
  return asked != 0 ? asked : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace

struct RequestRunner::State {
  State(const Api& served, const RequestRunnerOptions& options)
      : api(served),
        admission(admission_options(thread_count(options.threads), options)),
        waiting({.threads = options.waiting_threads,
                 .max_queue = options.max_waiting_for_others,
                 .name = "http-waiting"}),
        pool(pool_options(thread_count(options.threads), options.max_waiting)) {}

  /// A request between its acceptance and its answer.
  struct Job {
    Api::Accepted accepted;
    Done done;
    std::string method;
    SteadyClock::time_point start;
  };

  const Api& api;
  mutable std::mutex mutex;
  std::condition_variable answered;
  Admission admission;
  std::size_t elsewhere = 0;  ///< Accepted, and waiting for another server.
  std::deque<std::shared_ptr<Job>> fresh;
  std::deque<std::function<void()>> resumed;
  ThreadPool waiting;
  ThreadPool pool;

  std::size_t under_way() const { return admission.under_way() + elsewhere; }

  bool take_place() {
    const std::lock_guard lock(mutex);
    return admission.enter(SteadyClock::now());
  }

  void give_place_back() {
    const std::lock_guard lock(mutex);
    admission.leave(SteadyClock::now());
    answered.notify_all();
  }

  /// What has been begun is finished before more is begun: whoever was taken waits once, not twice.
  void run_next() {
    std::function<void()> rest;
    std::shared_ptr<Job> job;
    {
      const std::lock_guard lock(mutex);
      if (!resumed.empty()) {
        rest = std::move(resumed.front());
        resumed.pop_front();
      } else {
        job = std::move(fresh.front());
        fresh.pop_front();
      }
    }
    if (rest) {
      rest();
    } else {
      run(job);
    }
  }

  bool begin(const std::shared_ptr<Job>& job) {
    const std::lock_guard lock(mutex);
    if (!pool.try_submit([this] { run_next(); })) return false;
    fresh.push_back(job);
    return true;
  }

  bool resume(std::function<void()> rest) {
    const std::lock_guard lock(mutex);
    if (!pool.try_submit([this] { run_next(); })) return false;
    resumed.push_back(std::move(rest));
    return true;
  }

  void record(const std::string& method, const HttpResponse& response,
              SteadyClock::time_point start) {
    const std::string_view route =
        response.route.empty() ? "none" : std::string_view(response.route);
    api.services().metrics.record(
        {.route = route,
         .method = known_method(method),
         .status = response.status,
         .seconds = std::chrono::duration<double>(SteadyClock::now() - start).count(),
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
    const Degraded missing =
        result.error.empty() ? Degraded::encoder_busy : Degraded::encoder_unavailable;
    complete(job, api.answer(job.accepted, pending, vector, vector ? Degraded::no : missing));
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
    if (auto* needs = std::get_if<NeedsVectors>(&outcome)) {
      encode_all(job, std::make_shared<const NeedsVectors>(std::move(*needs)));
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
      const bool placed = resume([this, job, pending, result = std::move(result)] {
        complete_with_vector(*job, *pending, result);
      });
      if (!placed) complete(*job, overloaded(job->accepted.call->request));
    });
    if (!queued) complete_with_vector(*job, *pending, EncodeResult{});
  }

  /// Results of several texts as they come; whoever brings the last one, or finds that the rest
  /// will not come, goes on.
  struct Gathered {
    explicit Gathered(std::size_t count) : results(count), missing(count) {}
    std::mutex mutex;
    std::vector<EncodeResult> results;
    std::size_t missing;
  };

  void encode_all(const std::shared_ptr<Job>& job,
                  const std::shared_ptr<const NeedsVectors>& pending) {
    const auto worker = std::this_thread::get_id();
    const auto gathered = std::make_shared<Gathered>(pending->texts.size());
    const auto finish = [this, job, pending, gathered] {
      complete(*job, api.answer(job->accepted, *pending, gathered->results));
    };
    for (std::size_t n = 0; n < pending->texts.size(); ++n) {
      const bool queued =
          pending->encoder->submit(pending->texts[n], [=, this](EncodeResult result) {
            {
              const std::lock_guard lock(gathered->mutex);
              gathered->results[n] = std::move(result);
              if (--gathered->missing > 0) return;
            }
            if (std::this_thread::get_id() == worker) {
              finish();
            } else if (!resume(finish)) {
              complete(*job, overloaded(job->accepted.call->request));
            }
          });
      if (queued) continue;
      // This text's place is never filled, so nobody else finishes.
      complete(*job, overloaded(job->accepted.call->request));
      return;
    }
  }

  void wait_for_another(const std::shared_ptr<Job>& job,
                        const std::shared_ptr<const NeedsWaiting>& pending) {
    // It holds no worker up, so it must not count as one that does.
    {
      const std::lock_guard lock(mutex);
      admission.leave(SteadyClock::now());
      ++elsewhere;
    }
    const auto finish = [this, job](HttpResponse response) {
      record(job->method, response, job->start);
      job->done(std::move(response));
      const std::lock_guard lock(mutex);
      --elsewhere;
      answered.notify_all();
    };
    const bool placed = waiting.try_submit(
        [this, job, pending, finish] { finish(api.answer(job->accepted, *pending)); });
    if (!placed) finish(overloaded(job->accepted.call->request));
  }

  HttpResponse overloaded(const HttpRequest& request) const {
    return api.refuse(request, unavailable("too many requests wait already"));
  }
};

RequestRunner::RequestRunner(const Api& api, RequestRunnerOptions options)
    : state_(std::make_unique<State>(api, options)) {}

RequestRunner::~RequestRunner() {
  std::unique_lock lock(state_->mutex);
  state_->answered.wait(lock, [this] { return state_->under_way() == 0; });
}

std::size_t RequestRunner::in_flight() const {
  const std::lock_guard lock(state_->mutex);
  return state_->under_way();
}

std::variant<HttpResponse, Api::Accepted> RequestRunner::accept(HttpRequest head) {
  const auto start = SteadyClock::now();
  const std::string method = head.method;
  auto accepted = state_->api.accept(std::move(head));
  if (auto* response = std::get_if<HttpResponse>(&accepted)) {
    state_->record(method, *response, start);
  }
  return accepted;
}

std::optional<HttpResponse> RequestRunner::start(Api::Accepted accepted, Done done) {
  const auto start = SteadyClock::now();
  const std::string method = accepted.call->request.method;
  auto job =
      std::make_shared<State::Job>(State::Job{std::move(accepted), std::move(done), method, start});
  const bool placed = state_->take_place();
  if (placed && state_->begin(job)) return std::nullopt;
  if (placed) state_->give_place_back();
  HttpResponse response = state_->overloaded(job->accepted.call->request);
  response.route = job->accepted.route->path;
  state_->record(method, response, start);
  return response;
}

}  // namespace anireco
