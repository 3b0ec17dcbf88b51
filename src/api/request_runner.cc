#include "api/request_runner.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "api/admission.h"
#include "api/problem.h"
#include "base/log.h"
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
  // Fresh requests and those whose text was encoded have as many places each: all must fit.
  return {.threads = threads, .max_queue = 2 * (threads + max_waiting), .name = "http-worker"};
}

/// After so many fresh requests it is the turn of one whose text was encoded.
constexpr std::size_t kFreshInARow = 4;

std::size_t thread_count(std::size_t asked) {
  return asked != 0 ? asked : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

AdmissionOptions admission_options(const RequestRunnerOptions& options, std::size_t max_standing,
                                   std::chrono::milliseconds burst) {
  const std::size_t threads = thread_count(options.threads);
  const std::size_t most = threads + options.max_waiting;
  return {.workers = threads,
          .max_burst = most,
          .max_standing = std::min(most, max_standing),
          .burst = burst};
}

AdmissionOptions answering_options(const RequestRunnerOptions& options) {
  const std::size_t standing = std::max(options.max_standing, 4 * thread_count(options.threads));
  return admission_options(options, standing, options.burst);
}

AdmissionOptions encoding_options(const RequestRunnerOptions& options) {
  const std::size_t threads = thread_count(options.threads);
  const std::size_t standing = std::max(options.max_standing_encoded, 2 * threads);
  AdmissionOptions out = admission_options(options, standing, options.burst_encoded);
  out.max_overloaded = std::max(options.max_overloaded_encoded, threads + (threads + 1) / 2);
  return out;
}

}  // namespace

struct RequestRunner::State {
  State(const Api& served, const RequestRunnerOptions& options)
      : api(served),
        answering(answering_options(options)),
        encoding(encoding_options(options)),
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
    Admission* place = nullptr;  ///< Where it is counted; null: nowhere.
  };

  const Api& api;
  mutable std::mutex mutex;
  std::condition_variable answered;
  Admission answering;        ///< Fresh ones, and those that need no text encoded.
  Admission encoding;         ///< Those whose text is encoded, up to their answer.
  std::size_t under_way = 0;  ///< Accepted, their `done` not run yet.
  std::deque<std::shared_ptr<Job>> fresh;
  std::deque<std::function<void()>> resumed;
  std::size_t fresh_in_a_row = 0;
  ThreadPool waiting;
  ThreadPool pool;

  bool take_place(Job& job) {
    const std::lock_guard lock(mutex);
    if (!answering.enter(SteadyClock::now())) return false;
    job.place = &answering;
    ++under_way;
    return true;
  }

  /// Of a request whose text is to be encoded, which gives its first place back.
  bool change_place(Job& job) {
    const std::lock_guard lock(mutex);
    const auto now = SteadyClock::now();
    if (!encoding.enter(now)) return false;
    answering.leave(now);
    job.place = &encoding;
    return true;
  }

  /// A client that has its answer may ask again at once, so the place must be free before.
  void leave_place(Job& job) {
    const std::lock_guard lock(mutex);
    if (job.place != nullptr) job.place->leave(SteadyClock::now());
    job.place = nullptr;
  }

  /// After this what `done` refers to may be gone.
  void end() {
    const std::lock_guard lock(mutex);
    --under_way;
    answered.notify_all();
  }

  /// Fresh requests come first: what is refused is refused at once, and a known text does not wait
  /// for those of new ones, which are slow anyway. They don't keep these waiting for ever.
  void run_next() {
    std::function<void()> rest;
    std::shared_ptr<Job> job;
    {
      const std::lock_guard lock(mutex);
      if (fresh.empty() || (!resumed.empty() && fresh_in_a_row >= kFreshInARow)) {
        fresh_in_a_row = 0;
        rest = std::move(resumed.front());
        resumed.pop_front();
      } else {
        ++fresh_in_a_row;
        job = std::move(fresh.front());
        fresh.pop_front();
      }
    }
    if (rest) {
      rest();
    } else {
      run(std::move(job));
    }
  }

  bool begin(const std::shared_ptr<Job>& job) {
    const std::lock_guard lock(mutex);
    if (!pool.try_submit([this] { run_next(); })) return false;
    fresh.push_back(job);
    return true;
  }

  /// Called by the encoder's threads, which others may go before at any moment: a worker must not
  /// be woken while the lock is held. The pool has room for all that can be under way.
  void resume(std::function<void()> rest) {
    {
      const std::lock_guard lock(mutex);
      resumed.push_back(std::move(rest));
    }
    if (!pool.try_submit([this] { run_next(); })) {
      log_error("http: the pool of workers had no room for a request under way");
    }
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

  void complete(std::shared_ptr<Job> job, HttpResponse response) {
    record(job->method, response, job->start);
    leave_place(*job);
    job->done(std::move(response));
    job.reset();
    end();
  }

  void run(std::shared_ptr<Job> job) {
    Outcome outcome = api.run(job->accepted);
    if (auto* response = std::get_if<HttpResponse>(&outcome)) {
      complete(std::move(job), std::move(*response));
    } else if (auto* waiting_for = std::get_if<NeedsWaiting>(&outcome)) {
      wait_for_another(std::move(job),
                       std::make_shared<const NeedsWaiting>(std::move(*waiting_for)));
    } else if (auto* texts = std::get_if<NeedsVectors>(&outcome)) {
      encode_all(std::move(job), std::move(*texts));
    } else {
      encode_one(std::move(job), std::get<NeedsVector>(std::move(outcome)));
    }
  }

  /// Turns the results of a job's texts into its answer.
  using WriteAnswer = std::function<HttpResponse(const Job&, std::span<const EncodeResult>)>;
  struct Unanswered {
    std::shared_ptr<Job> job;
    WriteAnswer answer;
    std::vector<EncodeResult> results;
  };

  /// Results of several texts as they come. A scheduler's queue may keep it for as long as it
  /// likes, longer than the server lives: with its answer the job leaves it.
  class Gathered {
   public:
    Gathered(std::shared_ptr<Job> job, WriteAnswer answer, std::size_t count)
        : unanswered_{std::move(job), std::move(answer), std::vector<EncodeResult>(count)},
          missing_(count) {}
    /// True for the last one: then the caller goes on.
    bool put(std::size_t n, EncodeResult result) {
      const std::lock_guard lock(mutex_);
      if (!unanswered_.job) return false;
      unanswered_.results[n] = std::move(result);
      return --missing_ == 0;
    }
    /// Once, by whoever brought the last result or finds that the rest will not come.
    Unanswered take() {
      const std::lock_guard lock(mutex_);
      return std::exchange(unanswered_, {});
    }

   private:
    std::mutex mutex_;
    Unanswered unanswered_;
    std::size_t missing_;
  };

  void finish(Unanswered whole) {
    HttpResponse response = whole.answer(*whole.job, whole.results);
    complete(std::move(whole.job), std::move(response));
  }

  void refuse(std::shared_ptr<Job> job) {
    HttpResponse response = overloaded(*job);
    complete(std::move(job), std::move(response));
  }

  /// False when the text is not taken: then the caller goes on.
  bool submit(EncoderScheduler& encoder, std::string text,
              const std::shared_ptr<Gathered>& gathered, std::size_t n) {
    const auto worker = std::this_thread::get_id();
    return encoder.submit(std::move(text), [this, gathered, n, worker](EncodeResult result) {
      if (!gathered->put(n, std::move(result))) return;
      // A vector that is remembered comes before submit() returns, in this very worker.
      if (std::this_thread::get_id() == worker) {
        finish(gathered->take());
      } else {
        resume([this, gathered] { finish(gathered->take()); });
      }
    });
  }

  void encode_one(std::shared_ptr<Job> job, NeedsVector pending) {
    const auto encoder = std::move(pending.encoder);
    std::string text = std::move(pending.text);
    if (const auto known = encoder->recall(text)) {
      HttpResponse response = api.answer(job->accepted, pending, *known, Degraded::no);
      complete(std::move(job), std::move(response));
      return;
    }
    if (!change_place(*job)) {
      refuse(std::move(job));
      return;
    }
    auto answer = [this, write = std::move(pending)](const Job& done,
                                                     std::span<const EncodeResult> results) {
      const EncodeResult& result = results.front();
      std::optional<std::span<const float>> vector;
      if (result.ok()) vector = *result.vector;
      const Degraded missing =
          result.error.empty() ? Degraded::encoder_busy : Degraded::encoder_unavailable;
      return api.answer(done.accepted, write, vector, vector ? Degraded::no : missing);
    };
    const auto gathered = std::make_shared<Gathered>(std::move(job), std::move(answer), 1);
    if (!submit(*encoder, std::move(text), gathered, 0)) finish(gathered->take());
  }

  void encode_all(std::shared_ptr<Job> job, NeedsVectors pending) {
    const auto encoder = std::move(pending.encoder);
    std::vector<std::string> texts = std::move(pending.texts);
    auto answer = [this, write = std::move(pending)](const Job& done,
                                                     std::span<const EncodeResult> results) {
      return api.answer(done.accepted, write, results);
    };
    const auto gathered =
        std::make_shared<Gathered>(std::move(job), std::move(answer), texts.size());
    for (std::size_t n = 0; n < texts.size(); ++n) {
      if (submit(*encoder, std::move(texts[n]), gathered, n)) continue;
      // This text's place is never filled, so nobody else finishes.
      refuse(gathered->take().job);
      return;
    }
  }

  void wait_for_another(std::shared_ptr<Job> job,
                        const std::shared_ptr<const NeedsWaiting>& pending) {
    // It holds no worker up, so it must not count as one that does.
    leave_place(*job);
    // Whoever ends it must be the last to hold it.
    const auto passed = std::make_shared<std::shared_ptr<Job>>(std::move(job));
    const bool placed = waiting.try_submit([this, passed, pending] {
      HttpResponse response = api.answer((*passed)->accepted, *pending);
      complete(std::move(*passed), std::move(response));
    });
    if (!placed) refuse(std::move(*passed));
  }

  HttpResponse overloaded(const Job& job) const {
    HttpResponse response =
        api.refuse(job.accepted.call->request, unavailable("too many requests wait already"));
    response.route = job.accepted.route->path;
    return response;
  }
};

RequestRunner::RequestRunner(const Api& api, RequestRunnerOptions options)
    : state_(std::make_unique<State>(api, options)) {}

RequestRunner::~RequestRunner() {
  std::unique_lock lock(state_->mutex);
  state_->answered.wait(lock, [this] { return state_->under_way == 0; });
}

std::size_t RequestRunner::in_flight() const {
  const std::lock_guard lock(state_->mutex);
  return state_->under_way;
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
  const bool placed = state_->take_place(*job);
  if (placed && state_->begin(job)) return std::nullopt;
  if (placed) {
    state_->leave_place(*job);
    state_->end();
  }
  HttpResponse response = state_->overloaded(*job);
  state_->record(method, response, start);
  return response;
}

}  // namespace anireco
