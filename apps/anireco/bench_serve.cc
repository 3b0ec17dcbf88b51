#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "base/stopwatch.h"
#include "bench_overload.h"
#include "bench_report.h"
#include "bench_server.h"
#include "commands.h"
#include "net/curl_fetcher.h"

namespace anireco::app {

int run_bench_serve(const Settings& settings, const BenchOptions& options) {
  if (options.overload_seconds > 0) return run_bench_overload(settings, options);
  const std::vector<std::string> texts = bench_texts(options);
  const BenchServer server(settings);
  std::vector<std::vector<double>> times(options.clients);
  std::atomic<std::size_t> failed = 0;
  // The first round fills the server's caches of vectors; it is not counted.
  const auto client = [&](std::size_t number, std::size_t rounds, bool counted) {
    CurlFetcher fetcher;
    for (std::size_t round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string& text =
            texts[(i + number * texts.size() / options.clients) % texts.size()];
        Stopwatch watch;
        const FetchResponse response = fetcher.fetch({.url = server.search_url(text)});
        if (response.status != 200) ++failed;
        if (counted) times[number].push_back(watch.lap_ms());
      }
    }
  };
  client(0, 1, false);
  failed = 0;
  Stopwatch whole;
  {
    std::vector<std::jthread> clients;
    for (std::size_t c = 0; c < options.clients; ++c) {
      clients.emplace_back([&, c] { client(c, options.repeat, true); });
    }
  }
  const double seconds = whole.lap_ms() / 1000;
  std::vector<double> all;
  for (const auto& list : times) all.insert(all.end(), list.begin(), list.end());
  const TimeReport report = summarise(std::move(all));
  const double rate = static_cast<double>(report.n) / seconds;
  if (options.json) {
    fmt::print(
        "{{\"n\":{},\"failed\":{},\"clients\":{},\"per_second\":{:.1f},\"p50_ms\":{:.3f},"
        "\"p99_ms\":{:.3f},\"memory_mib\":{:.0f},\"machine\":\"{}\"}}\n",
        report.n, failed.load(), options.clients, rate, report.p50_ms, report.p99_ms,
        server.memory_mib(), machine_name());
  } else {
    fmt::print(
        "{} searches by {} clients on {}\n{:.0f} a second, p50 {:.2f} ms, p99 {:.2f} ms, {} "
        "failed; {:.0f} MiB\n",
        report.n, options.clients, machine_name(), rate, report.p50_ms, report.p99_ms,
        failed.load(), server.memory_mib());
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace anireco::app
