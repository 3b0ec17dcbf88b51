#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <stop_token>

#include "access.h"
#include "api/http_server.h"
#include "base/error.h"
#include "base/log.h"
#include "commands.h"
#include "encoders.h"
#include "network.h"
#include "server_options.h"
#include "signal_stop.h"

namespace anireco::app {
namespace {

/// The other servers of its owner send it as much as they are asked: the limits of strangers are
/// not for them unless they are set. So strangers must not be answered.
AccessOptions encoder_access(Settings settings) {
  if (settings.api_keys.empty() && !is_loopback(settings.host)) {
    throw Error(ErrorKind::invalid_argument,
                "serve --only encoder on a host that others reach needs the setting api_keys: a "
                "file with the key of the servers that ask it; make one with: anireco key NAME");
  }
  settings.api_key_required = true;
  if (!settings.rate_limit) settings.rate_limit = 0;
  return access_options(settings);
}

std::shared_ptr<EncoderScheduler> need_encoder(const Settings& settings, EncoderRole role) {
  auto encoder = load_encoder(settings, role);
  if (encoder) return encoder;
  throw Error(ErrorKind::not_found,
              "serve --only encoder needs the encoder's weights: run make setup, or name them by "
              "--model",
              settings.model_dir.string());
}

}  // namespace

int run_serve_encoder(const Settings& settings) {
  if (!settings.encoder_url.empty()) {
    throw Error(ErrorKind::invalid_argument,
                "setting encoder_url: an encoder's server needs no other one");
  }
  check_query_adapter(settings);
  const SignalStop signals;
  std::signal(SIGPIPE, SIG_IGN);
  const SnapshotHolder no_snapshot;
  EncoderGate queries;
  EncoderGate documents;
  Metrics metrics;
  Api api({.snapshots = no_snapshot,
           .encoder = queries,
           .metrics = metrics,
           .document_encoder = &documents},
          {.serves = Serves::encoder,
           .hosts = host_policy(settings),
           .access = encoder_access(settings)});
  HttpServerOptions options = server_options(settings);
  if (!settings.connections_per_address) options.max_connections_per_address = 0;
  HttpServer server(api, options);
  const std::stop_callback on_stop(signals.token(), [&server] {
    log_info("asked to stop: finishing what is under way");
    server.stop();
  });
  queries.open(need_encoder(settings, EncoderRole::queries));
  documents.open(need_encoder(settings, EncoderRole::documents));
  fmt::print("AniReco's encoder answers at {}\n", url_of(settings.host, server.port()));
  std::fflush(stdout);
  server.run();
  return 0;
}

}  // namespace anireco::app
