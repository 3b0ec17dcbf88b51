#include "bench_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "base/error.h"
#include "net/curl_fetcher.h"

extern char** environ;

namespace anireco::app {
namespace {

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

}  // namespace

BenchServer::BenchServer(const Settings& settings) {
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
  wait_until_ready();
}

BenchServer::~BenchServer() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  close(output_);
}

void BenchServer::read_address() {
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

void BenchServer::wait_until_ready() const {
  CurlFetcher fetcher;
  for (int attempt = 0; attempt < 300; ++attempt) {
    try {
      const FetchResponse response = fetcher.fetch({.url = address_ + "/readyz"});
      if (response.status == 200 && response.body.find("starting") == std::string::npos) return;
    } catch (const Error&) {
      // Not listening yet: that is what is waited for.
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw Error(ErrorKind::unavailable, "the server was not ready within 30 s");
}

std::string BenchServer::search_url(const std::string& text) const {
  return address_ + "/api/v1/search?q=" + url_encoded(text);
}

double BenchServer::memory_mib() const {
  std::ifstream status(fmt::format("/proc/{}/status", pid_));
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("RssAnon:")) continue;
    std::istringstream words(line.substr(8));
    double kib = 0;
    words >> kib;
    return kib / 1024;
  }
  return 0;
}

}  // namespace anireco::app
