#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <thread>

#include "access.h"
#include "api/http_server.h"
#include "api/snapshot_watcher.h"
#include "base/error.h"
#include "base/log.h"
#include "commands.h"
#include "engine.h"
#include "ingest/backup.h"
#include "lists.h"
#include "network.h"

namespace anireco::app {
namespace {

/// SIGINT and SIGTERM come to one thread that waits for them; made before any other thread, so that
/// all inherit the block.
class StopSignal {
 public:
  StopSignal() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  ~StopSignal() { end_watch(); }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  template <typename OnStop>
  void watch(OnStop on_stop) {
    thread_ = std::thread([this, on_stop] {
      int signal = 0;
      while (sigwait(&set_, &signal) == 0) {
        if (signal == SIGUSR1) return;
        log_info("signal {}: finishing what is under way", signal);
        on_stop();
      }
    });
  }

  /// No call of `on_stop` runs or begins after this.
  void end_watch() {
    if (!thread_.joinable()) return;
    pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
  }

 private:
  sigset_t set_{};
  std::thread thread_;
};

/// Tells where it answers, and, to a person at a terminal, gives a phone beside it a code to read.
void announce(const Settings& settings, std::uint16_t port) {
  const std::string& host = settings.host;
  std::string for_others = is_loopback(host) ? "" : host;
  if (host == "0.0.0.0" || host == "::") {
    const std::vector<std::string> addresses = own_addresses();
    for (const std::string& address : addresses) {
      fmt::print("AniReco answers at {}\n", url_of(address, port));
    }
    for_others = address_for_others(addresses);
  } else {
    fmt::print("AniReco answers at {}\n", url_of(host, port));
  }
  if (!for_others.empty() && isatty(STDOUT_FILENO) != 0) {
    const std::string url = url_of(for_others, port);
    fmt::print("\n{}\nOn a phone in the same network: {}\n\n", qr_code(url), url);
  }
  if (!is_loopback(host)) {
    fmt::print(
        "Warning: everyone who reaches this machine over the network can use it{}. There are no "
        "accounts; put a reverse proxy in front of it to add them.\n",
        settings.profiles ? ", and see and change every list of titles kept here" : "");
  }
  std::fflush(stdout);
}

HostPolicy host_policy(const Settings& settings) {
  std::vector<std::string> names = settings.hosts;
  std::array<char, 256> name{};
  if (!is_loopback(settings.host) && gethostname(name.data(), name.size() - 1) == 0) {
    names.emplace_back(name.data());
    names.push_back(std::string(name.data()) + ".local");
  }
  return {settings.host, std::move(names)};
}

std::shared_ptr<const Snapshot> load_or_null(const Settings& settings, CatalogStore& store) {
  if (store.generation().number == 0) return nullptr;
  return load_snapshot(settings, store);
}

/// Loads the encoder beside everything else; until it is there, words alone answer.
std::thread load_encoder_into(EncoderGate& gate, const Settings& settings) {
  return std::thread([&gate, &settings] {
    try {
      gate.open(load_encoder(settings, EncoderRole::queries));
    } catch (const Error& error) {
      log_error("no encoder: {} ({})", error.what(), error.context());
      gate.open(nullptr);
    } catch (const std::exception& error) {
      log_error("no encoder: {}", error.what());
      gate.open(nullptr);
    }
  });
}

}  // namespace

int run_serve(const Settings& settings) {
  check_query_adapter(settings);
  StopSignal stop_signal;
  SnapshotHolder snapshots;
  EncoderGate encoder;
  Metrics metrics;
  Api api({.snapshots = snapshots,
           .encoder = encoder,
           .metrics = metrics,
           .files = StaticFiles(settings.web_dir),
           .posters = std::make_shared<const PosterShelf>(settings.data_dir / "posters"),
           .lists = list_services(settings)},
          {.max_level = settings.max_level,
           .finish = {.cors_origins = settings.cors_origins},
           .hosts = host_policy(settings),
           .access = access_options(settings)});
  // Before anything slow: a port that is taken is told at once.
  HttpServer server(
      api, {.host = settings.host,
            .port = settings.port,
            .limits = {},
            .runner = {.threads = settings.threads, .max_waiting = settings.queue_capacity}});
  std::thread encoder_loader = load_encoder_into(encoder, settings);
  try {
    const auto in_use = lock_for_serving(settings.data_dir);
    const auto store = open_store(settings);
    const auto load = [&settings, &store] { return load_or_null(settings, *store); };
    snapshots.set(load());
    if (!snapshots.current()) {
      fmt::print("The catalogue is empty; fill it with: anireco import FILE\n");
    }
    const SnapshotWatcher watcher(*store, snapshots, load);
    stop_signal.watch([&server] { server.stop(); });
    announce(settings, server.port());
    server.run();
    // A second signal may still be on its way to the server, which goes before the watch does.
    stop_signal.end_watch();
  } catch (...) {
    stop_signal.end_watch();
    encoder_loader.join();
    throw;
  }
  encoder_loader.join();
  return 0;
}

}  // namespace anireco::app
