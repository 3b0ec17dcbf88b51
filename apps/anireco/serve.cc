#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <stop_token>

#include "access.h"
#include "api/http_server.h"
#include "api/snapshot_watcher.h"
#include "base/log.h"
#include "commands.h"
#include "engine.h"
#include "engine_watch.h"
#include "ingest/backup.h"
#include "lists.h"
#include "network.h"
#include "server_engines.h"
#include "server_options.h"
#include "signal_stop.h"

namespace anireco::app {
namespace {

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

/// What answers from now on; null: what answers already, or nothing.
std::shared_ptr<const Snapshot> load(const Settings& settings, const ServerEngines* servers,
                                     CatalogStore& store, const SnapshotHolder& snapshots) {
  if (store.generation().number == 0) return nullptr;
  return servers != nullptr ? servers->load(store, snapshots.current().get())
                            : load_snapshot(settings, store);
}

}  // namespace

int run_serve(const Settings& settings) {
  check_query_adapter(settings);
  const SignalStop signals;
  std::signal(SIGPIPE, SIG_IGN);
  std::optional<ServerEngines> servers;
  if (!settings.database_url.empty()) servers.emplace(settings);
  SnapshotHolder snapshots;
  EncoderGate encoder;
  Metrics metrics;
  Api api({.snapshots = snapshots,
           .encoder = encoder,
           .metrics = metrics,
           .files = StaticFiles(settings.web_dir),
           .posters = std::make_shared<const PosterShelf>(settings.data_dir / "posters"),
           .lists = list_services(settings),
           .engines = servers ? servers->health() : EngineHealth()},
          {.max_level = settings.max_level,
           .finish = {.cors_origins = settings.cors_origins},
           .hosts = host_policy(settings),
           .access = access_options(settings)});
  // Before anything slow: a port that is taken is told at once.
  HttpServer server(api, server_options(settings));
  const std::stop_callback on_stop(signals.token(), [&server] {
    log_info("asked to stop: finishing what is under way");
    server.stop();
  });
  const EncoderLoader encoder_loader(encoder, settings);
  const auto in_use = lock_for_serving(settings.data_dir);
  const auto store = servers ? servers->open_store() : open_store(settings);
  // What is asked every second must not wait for a silent PostgreSQL.
  const auto watched = servers ? servers->open_watched_store() : nullptr;
  const auto load_newest = [&] {
    return load(settings, servers ? &*servers : nullptr, *store, snapshots);
  };
  std::optional<EngineWatch> engine_watch;
  if (servers) engine_watch.emplace(*servers, *store, *watched, snapshots);
  snapshots.set(load_newest());
  if (!snapshots.current()) {
    fmt::print("The catalogue is empty; fill it with: anireco import FILE\n");
  }
  const SnapshotWatcher watcher(watched ? *watched : *store, snapshots, load_newest);
  announce(settings, server.port());
  server.run();
  return 0;
}

}  // namespace anireco::app
