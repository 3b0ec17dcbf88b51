#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <thread>

#include "base/error.h"
#include "base/stopwatch.h"
#include "bench_report.h"
#include "commands.h"
#include "net/curl_fetcher.h"

extern char** environ;

namespace anireco::app {
namespace {

/// `anireco serve` as a child process on a free port of the loopback, for the life of the object.
class ServerProcess {
 public:
  explicit ServerProcess(const Settings& settings) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      throw Error(ErrorKind::internal, "no pipe", std::strerror(errno));
    const std::string data_dir = settings.data_dir.string();
    const std::string model = settings.model_dir.string();
    std::string arguments[] = {"anireco",     "serve", "--host",     "127.0.0.1", "--port",  "0",
                               "--log-level", "error", "--data-dir", data_dir,    "--model", model};
    std::vector<char*> argv;
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const int error = posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
    if (error != 0)
      throw Error(ErrorKind::unavailable, "the server cannot start", std::strerror(error));
    read_address();
  }
  ~ServerProcess() {
    if (pid_ > 0) {
      kill(pid_, SIGTERM);
      waitpid(pid_, nullptr, 0);
    }
    close(output_);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  const std::string& address() const { return address_; }

 private:
  void read_address() {
    std::string text;
    char buffer[512];
    while (true) {
      const ssize_t got = read(output_, buffer, sizeof buffer);
      if (got <= 0) throw Error(ErrorKind::unavailable, "the server did not start");
      text.append(buffer, static_cast<std::size_t>(got));
      const std::size_t begin = text.find("http://");
      if (begin == std::string::npos) continue;
      const std::size_t end = text.find_first_of(" \n", begin);
      if (end == std::string::npos) continue;
      address_ = text.substr(begin, end - begin);
      while (address_.ends_with('/')) address_.pop_back();
      return;
    }
  }

  pid_t pid_ = -1;
  int output_ = -1;
  std::string address_;
};

std::string url_encoded(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    if (std::isalnum(c) != 0) {
      out += static_cast<char>(c);
    } else {
      out += fmt::format("%{:02X}", c);
    }
  }
  return out;
}

void wait_until_ready(const std::string& address) {
  CurlFetcher fetcher;
  for (int attempt = 0; attempt < 300; ++attempt) {
    try {
      if (fetcher.fetch({.url = address + "/readyz"}).status == 200) return;
    } catch (const Error&) {
      // Not listening yet: that is what is waited for.
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw Error(ErrorKind::unavailable, "the server was not ready within 30 s");
}

}  // namespace

int run_bench_serve(const Settings& settings, const BenchOptions& options) {
  constexpr std::size_t kClients = 4;
  const std::vector<std::string> texts = bench_texts(options);
  const ServerProcess server(settings);
  wait_until_ready(server.address());
  std::vector<std::vector<double>> times(kClients);
  std::atomic<std::size_t> failed = 0;
  // The first round fills the server's caches of vectors; it is not counted.
  const auto client = [&](std::size_t number, std::size_t rounds, bool counted) {
    CurlFetcher fetcher;
    for (std::size_t round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string& text = texts[(i + number * texts.size() / kClients) % texts.size()];
        Stopwatch watch;
        const FetchResponse response =
            fetcher.fetch({.url = server.address() + "/api/v1/search?q=" + url_encoded(text)});
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
    for (std::size_t c = 0; c < kClients; ++c) {
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
        "\"p99_ms\":{:.3f},\"machine\":\"{}\"}}\n",
        report.n, failed.load(), kClients, rate, report.p50_ms, report.p99_ms, machine_name());
  } else {
    fmt::print(
        "{} searches by {} clients on {}\n{:.0f} a second, p50 {:.2f} ms, p99 {:.2f} ms, {} "
        "failed\n",
        report.n, kClients, machine_name(), rate, report.p50_ms, report.p99_ms, failed.load());
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace anireco::app
