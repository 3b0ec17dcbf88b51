#include "bench_overload.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/stopwatch.h"
#include "bench_report.h"
#include "bench_server.h"
#include "net/curl_fetcher.h"

namespace anireco::app {
namespace {

using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t kLoneSearches = 200;
constexpr auto kMeasure = 4s;
/// Enough connections that the generator is never what waits: the server refuses at once.
constexpr std::size_t kSenders = 48;

/// Answers of one kind of request. Thread-safe.
class Answers {
 public:
  void add(int status, double ms) {
    const std::lock_guard lock(mutex_);
    if (status == 200) {
      accepted_.push_back(ms);
    } else if (status == 503) {
      refused_.push_back(ms);
    } else {
      ++failed_;
    }
  }
  TimeReport accepted() const { return report(accepted_); }
  TimeReport refused() const { return report(refused_); }
  std::size_t failed() const { return failed_; }

 private:
  static TimeReport report(const std::vector<double>& times) {
    return times.empty() ? TimeReport{} : summarise(times);
  }

  std::mutex mutex_;
  std::vector<double> accepted_;
  std::vector<double> refused_;
  std::size_t failed_ = 0;
};

/// Texts that nobody has asked before: one half of each of two requests, and a number.
class NewTexts {
 public:
  explicit NewTexts(std::vector<std::string> texts) : texts_(std::move(texts)) {}
  std::string next() {
    const std::size_t n = count_++;
    const std::string& a = texts_[n % texts_.size()];
    const std::string& b = texts_[(n / texts_.size() + n + 1) % texts_.size()];
    return fmt::format("{} {} {}", a.substr(0, a.find(' ', a.size() / 2)),
                       b.substr(std::min(b.find(' ', b.size() / 2) + 1, b.size())), n);
  }

 private:
  std::vector<std::string> texts_;
  std::atomic<std::size_t> count_ = 0;
};

void ask(CurlFetcher& fetcher, const std::string& url, Answers& answers) {
  Stopwatch watch;
  int status = 0;
  try {
    status = fetcher.fetch({.url = url}).status;
  } catch (const Error&) {
    // Counted as failed.
  }
  answers.add(status, watch.lap_ms());
}

/// Clients that ask as fast as they are answered, for `kMeasure`.
double answered_a_second(const BenchServer& server, NewTexts& texts, std::size_t clients) {
  Answers answers;
  const auto end = Steady::now() + kMeasure;
  {
    std::vector<std::jthread> threads;
    for (std::size_t c = 0; c < clients; ++c) {
      threads.emplace_back([&] {
        CurlFetcher fetcher;
        while (Steady::now() < end) ask(fetcher, server.search_url(texts.next()), answers);
      });
    }
  }
  return static_cast<double>(answers.accepted().n) /
         std::chrono::duration<double>(kMeasure).count();
}

/// Sends at a fixed rate whatever comes back. Returns what was sent a second.
double flood(const BenchServer& server, NewTexts& texts, double rate, Steady::time_point end,
             Answers& answers) {
  const auto start = Steady::now();
  std::atomic<std::size_t> sent = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t s = 0; s < kSenders; ++s) {
      threads.emplace_back([&] {
        CurlFetcher fetcher;
        while (true) {
          const auto due =
              start + std::chrono::duration_cast<Steady::duration>(
                          std::chrono::duration<double>(static_cast<double>(sent++) / rate));
          if (due >= end) return;
          std::this_thread::sleep_until(due);
          ask(fetcher, server.search_url(texts.next()), answers);
        }
      });
    }
  }
  const double seconds = std::chrono::duration<double>(Steady::now() - start).count();
  return static_cast<double>(answers.accepted().n + answers.refused().n + answers.failed()) /
         seconds;
}

std::string in_words(const TimeReport& r) {
  return fmt::format("p50 {:.1f}, p99 {:.1f}, greatest {:.1f} ms", r.p50_ms, r.p99_ms,
                     r.greatest_ms);
}

std::string in_json(const Answers& answers) {
  const TimeReport a = answers.accepted();
  const TimeReport r = answers.refused();
  return fmt::format(
      "{{\"accepted\":{},\"p50_ms\":{:.3f},\"p99_ms\":{:.3f},\"refused\":{},"
      "\"refused_p99_ms\":{:.3f},\"failed\":{}}}",
      a.n, a.p50_ms, a.p99_ms, r.n, r.p99_ms, answers.failed());
}

}  // namespace

int run_bench_overload(const Settings& settings, const BenchOptions& options) {
  const std::vector<std::string> known = bench_texts(options);
  NewTexts texts(known);
  const BenchServer server(settings);
  CurlFetcher fetcher;
  Answers warm;
  for (std::size_t i = 0; i < kLoneSearches / 4; ++i) {
    ask(fetcher, server.search_url(texts.next()), warm);
  }
  Answers lone;
  for (std::size_t i = 0; i < kLoneSearches; ++i) {
    ask(fetcher, server.search_url(texts.next()), lone);
  }
  const double capacity = answered_a_second(server, texts, options.clients);
  for (const std::string& text : known) ask(fetcher, server.search_url(text), warm);
  const double before = server.memory_mib();
  const auto end = Steady::now() + std::chrono::seconds(options.overload_seconds);
  Answers flooded;
  Answers health;
  Answers cached;
  double sent = 0;
  double halfway = 0;
  {
    const std::jthread health_asker([&] {
      CurlFetcher own;
      for (; Steady::now() < end; std::this_thread::sleep_for(20ms)) {
        ask(own, server.address() + "/healthz", health);
      }
    });
    const std::jthread cached_asker([&] {
      CurlFetcher own;
      for (std::size_t i = 0; Steady::now() < end; std::this_thread::sleep_for(50ms), ++i) {
        ask(own, server.search_url(known[i % known.size()]), cached);
        if (halfway == 0 &&
            end - Steady::now() < std::chrono::seconds(options.overload_seconds) / 2)
          halfway = server.memory_mib();
      }
    });
    sent = flood(server, texts, 2 * capacity, end, flooded);
  }
  const double after = server.memory_mib();
  if (options.json) {
    fmt::print(
        "{{\"capacity_per_second\":{:.1f},\"sent_per_second\":{:.1f},\"alone\":{},"
        "\"overload\":{},\"healthz\":{},\"cached\":{},\"memory_mib\":[{:.1f},{:.1f},{:.1f}],"
        "\"machine\":\"{}\"}}\n",
        capacity, sent, in_json(lone), in_json(flooded), in_json(health), in_json(cached), before,
        halfway, after, machine_name());
    return 0;
  }
  const TimeReport a = flooded.accepted();
  const TimeReport r = flooded.refused();
  const double all = static_cast<double>(a.n + r.n + flooded.failed());
  fmt::print("new texts, one at a time: {}\n{} clients: {:.0f} a second\n",
             in_words(lone.accepted()), options.clients, capacity);
  fmt::print(
      "{:.0f} a second for {} s: {:.1f} % answered ({}; p99 {:.1f} x that of one at a time), "
      "{:.1f} % refused with 503 ({}), {} failed\n",
      sent, options.overload_seconds, 100 * static_cast<double>(a.n) / all, in_words(a),
      a.p99_ms / lone.accepted().p99_ms, 100 * static_cast<double>(r.n) / all, in_words(r),
      flooded.failed());
  fmt::print("meanwhile /healthz: {}, {} not answered\n", in_words(health.accepted()),
             health.refused().n + health.failed());
  fmt::print("meanwhile searches of known texts: {}, {} of {} refused\n",
             in_words(cached.accepted()), cached.refused().n + cached.failed(),
             cached.accepted().n + cached.refused().n + cached.failed());
  fmt::print("memory: {:.1f} MiB before, {:.1f} halfway, {:.1f} after\non {}\n", before, halfway,
             after, machine_name());
  return 0;
}

}  // namespace anireco::app
