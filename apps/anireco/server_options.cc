#include "server_options.h"

#include "api/admission.h"
#include "base/host_name.h"
#include "network.h"

namespace anireco::app {
namespace {

/// A browser opens six; a household or an office behind one address some more.
constexpr std::size_t kDefaultConnections = 64;

}  // namespace

HostPolicy host_policy(const Settings& settings) {
  std::vector<std::string> names = settings.hosts;
  const std::string own = host_name();
  if (!is_loopback(settings.host) && !own.empty()) {
    names.push_back(own);
    names.push_back(own + ".local");
  }
  return {settings.host, std::move(names)};
}

HttpServerOptions server_options(const Settings& settings) {
  HttpServerOptions options{
      .host = settings.host,
      .port = settings.port,
      .runner = {.threads = settings.threads, .max_waiting = settings.queue_capacity}};
  // An encoder elsewhere works on more at once than this machine's processors.
  if (!settings.encoder_url.empty()) {
    options.runner.max_standing_encoded = options.runner.max_standing;
    options.runner.max_overloaded_encoded = AdmissionOptions::kNoLimit;
  }
  options.max_connections_per_address = settings.connections_per_address.value_or(
      is_loopback(settings.host) ? 0 : kDefaultConnections);
  // What comes through a proxy on this machine is of many people too, whether it is named or not.
  options.many_behind = [proxies = settings.trusted_proxies](const IpAddress& address) {
    return anireco::is_loopback(address) || proxies.trusts(address);
  };
  return options;
}

}  // namespace anireco::app
